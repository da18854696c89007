import { nameRevisionSecret, type Revision } from '../../cluster/helm-client';
import type { HeldLock } from '../../cluster/operation-lock';
import { OperationError } from '../../platform/errors';
import {
  describeRevision,
  findLastSuccessful,
  findPreviousSuccessful,
  parseRollbackTarget,
} from '../rollback/release-history';
import { rollBackTo } from '../rollback/rollback';
import type { DeployContext } from './deploy-context';

type RecoveryContext = Omit<DeployContext, 'lock' | 'platform' | 'print'>;

/** What recovery needs of the lock that this deploy holds. */
type RecoveryLock = Pick<HeldLock, 'previousHolder' | 'signal'>;

/**
 * Recovers from a deploy or rollback that was killed. If Helm was at work, rolls back to the last successful revision, or
 * continues an interrupted rollback; a first deploy has only its record deleted, and the next one adopts its objects. If
 * Helm was done, runs the smoke tests that the killed deploy would have run, and rolls back if they fail.
 */
export async function recoverInterrupted(
  context: RecoveryContext,
  history: readonly Revision[],
  lock: RecoveryLock,
): Promise<void> {
  const last = history.at(-1);
  if (last?.status.startsWith('pending-')) await rollBackPending(context, history, last, lock);
  else if (last && isUnverified(last, lock.previousHolder)) await verifyUnfinishedRelease(context, history, last, lock);
}

/** Whether the previous holder of the lock deployed a revision and was killed before its smoke tests ended. */
function isUnverified({ description, revision }: Revision, previousHolder = ''): boolean {
  const [, operation, before] = /^(.+) after revision (\d+) by /.exec(previousHolder) ?? [];
  return operation === description && revision > Number(before);
}

async function rollBackPending(
  context: RecoveryContext,
  history: readonly Revision[],
  last: Revision,
  { signal }: RecoveryLock,
): Promise<void> {
  const { progress, environment } = context;
  const { namespace } = environment;
  progress.step(`Recovering from an interrupted deploy of ${last.app_version} (${last.status})`);
  const interruptedTarget = parseRollbackTarget(last);
  const target = history.find(({ revision }) => revision === interruptedTarget) ?? findLastSuccessful(history);
  if (target) await rollBackTo(context, target, signal);
  // Helm refuses to upgrade a release that is being installed, so its record of that is deleted.
  else await context.kubectl.delete(nameRevisionSecret(namespace, last), namespace);
  progress.succeed(
    target
      ? `Rolled back to ${describeRevision(target)}`
      : 'Deleted the record of the first deploy; its objects are adopted',
  );
}

async function verifyUnfinishedRelease(
  context: RecoveryContext,
  history: readonly Revision[],
  last: Revision,
  { signal }: RecoveryLock,
): Promise<void> {
  const { progress, runSmokeTests } = context;
  progress.step(`Running the smoke tests of an interrupted deploy of ${last.app_version}`);
  try {
    await runSmokeTests(signal);
    progress.succeed('Smoke tests passed');
  } catch (error) {
    // An abort says nothing about the release.
    signal.throwIfAborted();
    if (!(error instanceof OperationError)) throw error;
    const before = findPreviousSuccessful(history);
    progress.step(`Rolling back ${last.app_version}: ${error.message}`);
    if (before) await rollBackTo(context, before, signal);
    progress.succeed(before ? `Rolled back to ${describeRevision(before)}` : 'There is no release to roll back to');
  }
}
