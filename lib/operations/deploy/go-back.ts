import type { Environment } from '../../environments/environment';
import type { Helm, Revision } from '../helm';
import type { Progress } from '../progress';
import type { Crew } from './crew';
import { Rollout } from './rollout';

/** With whom an environment goes back, and how long its pods may take. */
export interface WayBack {
  readonly helm: Helm;
  readonly rollout: Rollout;
  readonly progress: Progress;
  readonly timeoutSeconds: number;
}

/** The way back of an environment, and of its monitoring. */
export function wayBack(
  environment: Environment,
  crew: Pick<Crew, 'helm' | 'kubectl' | 'progress' | 'clock'>,
): WayBack {
  const { helm, progress } = crew;
  const { timeoutSeconds } = environment.deployment;
  return { helm, progress, rollout: Rollout.of(environment, crew), timeoutSeconds };
}

/**
 * Brings the cluster back to an earlier revision and waits until it is ready. Data stays as it is. It does not heed who
 * wants to stop: half-way back would be worse.
 * @throws FailedError with the cause
 */
export async function goBack(
  { helm, rollout, timeoutSeconds }: WayBack,
  { revision, app_version }: Revision,
): Promise<void> {
  const answer = await rollout.follow(helm.rollback(revision, timeoutSeconds));
  if (answer.status === 0) return;
  const what = `going back to revision ${revision} (${app_version})`;
  throw rollout.cause.failure(answer, (cause) => [`${what} failed: ${cause}`]);
}
