import type { Environment } from '../platform/environment';
import { UsageError } from '../platform/errors';
import { Kubectl } from './kubectl';
import type { KubernetesClient } from './kubernetes-client';
import type { ProcessRunner } from './process';
import type { Clock } from './wait';

/** What every operation on a live environment works with. */
export interface OperationContext {
  readonly kubectl: KubernetesClient;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Ends the waits of the operation early. */
  readonly signal?: AbortSignal;
}

/** An environment and the client of its cluster, for a single request. */
export type ClusterContext = Pick<OperationContext, 'kubectl' | 'environment'>;

/** How an operation reports its progress. */
export interface Progress {
  /** A step begins. */
  step(text: string): void;
  /** What the step waits for now. */
  update(text: string): void;
  /** The step succeeded, with its result. */
  succeed(text: string): void;
  /** The step ends without a result: it failed, or the operation is over. */
  stop(): void;
}

/** The command line of kubectl in an environment, for the user to type. */
export function kubectlCommandLine({ kubectl, environment }: ClusterContext, command: string): string {
  return `kubectl --context=${kubectl.context} --namespace=${environment.namespace} ${command}`;
}

/**
 * Connects to the cluster of an environment, if it is that of the user's current context.
 * @param run runs the user's kubectl
 * @throws UsageError if the current context is another one
 */
export async function connect({ name, deployment }: Environment, run: ProcessRunner): Promise<Kubectl> {
  const current = await Kubectl.currentContext(run);
  if (current === '') {
    throw new UsageError(`kubectl has no current context; run \`kubectl config use-context ${deployment.context}\``);
  }
  if (current !== deployment.context) {
    throw new UsageError(
      `the current context is ${current}, and ${name} is in ${deployment.context}; ` +
        `run \`kubectl config use-context ${deployment.context}\``,
    );
  }
  return new Kubectl(current, run);
}
