import type { Environment } from '../platform/environment';
import type { KubernetesClient } from './kubernetes-client';
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
