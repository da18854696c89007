import type { Environment } from '../platform/environment';
import { UsageError } from '../platform/errors';
import { Kubectl } from './kubectl';
import type { KubernetesClient } from './kubernetes-client';
import { runProcess } from './process';
import type { Clock } from './wait';

/** Where an operation works that takes its time, and whom it tells. */
export interface OperationContext {
  readonly kubectl: KubernetesClient;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Ends its waits before their time. */
  readonly signal?: AbortSignal;
}

/** Whom to ask of an environment, and which one. */
export type ClusterContext = Pick<OperationContext, 'kubectl' | 'environment'>;

/** A call of kubectl in the environment, to be typed by hand. */
export function kubectlCommandLine({ kubectl, environment }: ClusterContext, command: string): string {
  return `kubectl --context=${kubectl.context} --namespace=${environment.namespace} ${command}`;
}

/**
 * The cluster of an environment, if it is the one that the user works in.
 * @param run how programs are run
 */
export async function connect({ name, deployment }: Environment, run = runProcess): Promise<Kubectl> {
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
