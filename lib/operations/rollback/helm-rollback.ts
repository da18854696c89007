import type { Revision } from '../../cluster/helm-client';
import { LockLostError } from '../../cluster/lease-client';
import type { ReleaseContext } from '../deploy/deploy-context';
import { describeUnfinishedRollout } from '../deploy/rollout-state';
import { RolloutWatcher } from '../deploy/rollout-watcher';
import { describeRevision } from './release-history';

/**
 * Rolls an environment back to an earlier revision and waits until it is ready. Data is not rolled back.
 *
 * @param signal ends Helm only if the lock is lost: a rollback that stops half-way would be worse than a finished one
 * @throws OperationError with the cause and the state of the cluster; LockLostError
 */
export async function rollBackTo(context: ReleaseContext, target: Revision, signal: AbortSignal): Promise<void> {
  const { timeoutSeconds } = context.environment.deployment;
  const watcher = new RolloutWatcher(context);
  const result = await watcher.follow(context.helm.rollback(target.revision, timeoutSeconds, signal));
  if (result.failure === undefined) return;
  if (signal.reason instanceof LockLostError) throw signal.reason;
  const state = await describeUnfinishedRollout(context, target);
  throw watcher.failure.toError(result.failure, (cause) => [
    `rollback to ${describeRevision(target)} failed: ${cause}`,
    ...state,
  ]);
}
