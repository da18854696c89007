import type { Revision } from '../../cluster/helm-client';
import { LockLostError } from '../../cluster/lease';
import { OperationError } from '../../platform/errors';
import type { DeployContext, ReleaseContext } from '../deploy/deploy-context';
import { findLaterRevision, readHistoryUnderLock } from '../deploy/plan';
import { describeUnfinishedRollout } from '../deploy/rollout-state';
import { RolloutWatcher } from '../deploy/rollout-watcher';
import { describeRevision } from './release-history';

/**
 * Rolls an environment back to an earlier revision. Returns the result in one line.
 *
 * @param history Helm's history when the target was selected
 * @param stop prevents the start; a rollback that has started is not stopped half-way
 * @throws OperationError with the cause; also if another revision was deployed since the target was selected
 */
export async function rollBack(
  target: Revision,
  history: readonly Revision[],
  context: Omit<DeployContext, 'print' | 'runSmokeTests' | 'platform'>,
  stop: AbortSignal,
): Promise<string> {
  const { environment, lock, progress } = context;
  await lock.withLock(`rollback to revision ${target.revision}`, stop, async ({ signal, ensureHeld }) => {
    const other = findLaterRevision(history, await readHistoryUnderLock(context));
    if (other) {
      throw new OperationError([
        `${describeRevision(other)} was deployed in the meantime; nothing was changed. ` +
          `Check \`npx veza releases ${environment.name}\` and run the rollback again`,
      ]);
    }
    signal.throwIfAborted();
    await ensureHeld();
    progress.step(`Rolling back to ${describeRevision(target)}`);
    await rollBackTo(context, target, signal);
    progress.succeed(`Rolled back to ${describeRevision(target)}: all workloads are ready`);
  });
  return `${environment.name} is rolled back to ${describeRevision(target)}; data was not rolled back`;
}

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
