import type { Environment } from '../platform/environment';
import { OperationError } from '../platform/errors';
import type { KubernetesClient } from './kubernetes-client';
import { type Clock, waitUntil } from './wait';

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

/** What an operation still waits for. */
export interface Pending {
  /** For the progress, in one line. */
  readonly state: string;
  /** For the error, if the time is up. */
  readonly problems: readonly string[];
}

/**
 * Waits until nothing is pending any more, and reports what it waits for.
 * @param read returns undefined once nothing is pending
 * @throws OperationError with the problems of what is pending after so many seconds
 */
export async function waitWhilePending(
  { clock, signal, progress }: Pick<OperationContext, 'clock' | 'signal' | 'progress'>,
  seconds: number,
  read: () => Promise<Pending | undefined>,
): Promise<void> {
  let problems: readonly string[] = [];
  const probe = async () => {
    const pending = await read();
    if (pending === undefined) return true;
    progress.update(pending.state);
    problems = pending.problems;
    return undefined;
  };
  await waitUntil(probe, { clock, signal, seconds, onTimeout: () => new OperationError(problems) });
}

/** The command line of kubectl in an environment, for the user to type. */
export function formatKubectlCommand({ kubectl, environment }: ClusterContext, command: string): string {
  return `kubectl --context=${kubectl.context} --namespace=${environment.namespace} ${command}`;
}
