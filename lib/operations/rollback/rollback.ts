import type { Revision } from '../../cluster/helm-client';
import { OperationError } from '../../platform/errors';
import type { DeployContext } from '../deploy/deploy-context';
import { historyUnderLock, overtakenBy } from '../deploy/plan';
import { rollBackTo } from './helm-rollback';
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
    const other = overtakenBy(history, await historyUnderLock(context));
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
