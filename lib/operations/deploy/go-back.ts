import { FailedError } from '../../problems';
import { type Helm, helmCause, type Revision } from '../helm';
import { wasInForce } from './interrupted';
import type { Rollout } from './rollout';

/** The revision in force before the newest one; undefined if there was none. */
export function revisionBefore(history: readonly Revision[]): Revision | undefined {
  return history.slice(0, -1).filter(wasInForce).at(-1);
}

/**
 * Brings the cluster back to an earlier revision and waits until it is ready. Data stays as it is.
 * @throws FailedError with the cause
 */
export async function goBack(
  { helm, rollout, timeoutSeconds }: { helm: Helm; rollout: Rollout; timeoutSeconds: number },
  { revision, app_version }: Revision,
): Promise<void> {
  const answer = await rollout.follow(helm.rollback(revision, timeoutSeconds));
  if (answer.status === 0) return;
  const cause = rollout.cause.line ?? helmCause(answer);
  throw new FailedError([`going back to revision ${revision} (${app_version}) failed: ${cause}`]);
}
