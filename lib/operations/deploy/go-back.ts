import type { Environment } from '../../environments/environment';
import type { Problem } from '../../problems';
import type { Helm, Revision } from '../helm';
import { LeaseLost } from '../lease-record';
import type { Progress } from '../progress';
import type { Crew } from './crew';
import { Rollout } from './rollout';
import { standing } from './standing';

/** With whom an environment goes back, and how long its pods may take. */
export interface WayBack {
  readonly helm: Helm;
  readonly rollout: Rollout;
  readonly progress: Progress;
  readonly timeoutSeconds: number;
  /** What runs where going back to a revision failed, and what to type next. */
  readonly standing: (good: Revision) => Promise<readonly Problem[]>;
  /** Aborts when the lock is lost, or when the user stops the work. */
  readonly signal: AbortSignal;
}

/** The way back of an environment, and of its monitoring. */
export function wayBack(
  environment: Environment,
  crew: Pick<Crew, 'helm' | 'kubectl' | 'progress' | 'clock'>,
  signal: AbortSignal,
): WayBack {
  const { helm, kubectl, progress } = crew;
  const { timeoutSeconds } = environment.deployment;
  return {
    helm,
    progress,
    rollout: Rollout.of(environment, crew),
    timeoutSeconds,
    standing: (good) => standing(kubectl, environment, good),
    signal,
  };
}

/**
 * Brings the cluster back to an earlier revision and waits until it is ready. Data stays as it is. It does not heed a
 * user who wants to stop, since half-way back would be worse; a lost lock ends it.
 * @throws FailedError with the cause; LeaseLost
 */
export async function goBack(
  { helm, rollout, timeoutSeconds, standing, signal }: WayBack,
  good: Revision,
): Promise<void> {
  const { revision, app_version } = good;
  const answer = await rollout.follow(helm.rollback(revision, timeoutSeconds, signal));
  if (answer.status === 0) return;
  if (signal.reason instanceof LeaseLost) throw signal.reason;
  const what = `going back to revision ${revision} (${app_version})`;
  const state = await standing(good);
  throw rollout.cause.failure(answer, (cause) => [`${what} failed: ${cause}`, ...state]);
}
