import { readJobArguments } from '../../cluster/jobs';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import { LockLostError } from '../../cluster/lease';
import { retryDuringOutage } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
import { listActiveJobs } from '../backup/backup-jobs';
import { describeOutcome, listErrorLines, type RestoreOutcome } from './restore-outcome';
import type { RestoreContext, RestoreSteps } from './restore-steps';

/** Seconds in which the cluster has to respond. */
const responseSeconds = 60;

const remedy = 'run the restore again, or resume the paused workloads by hand';

/**
 * Cleans up after a failed restore, and returns the error to report. It says what failed, which data the database has, and
 * which workloads are still paused. If the lock was lost, nothing is resumed: all is left to its new holder.
 */
export async function reportRestoreFailure(
  context: RestoreContext,
  cronJob: CronJob,
  steps: RestoreSteps,
  error: unknown,
): Promise<OperationError> {
  context.progress.stop();
  const lines = listErrorLines(context, error);
  try {
    const outcome = await steps.outcome();
    return new OperationError([
      ...lines,
      ...(outcome.kind === 'restored' ? await finishReconciliation(steps) : []),
      ...(isEmptyServer(steps, outcome) ? [] : [describeOutcome(steps.postgres, outcome)]),
      ...(await resumeWorkloads(context, cronJob, steps, outcome)),
    ]);
  } catch (lost) {
    if (!(lost instanceof LockLostError)) throw lost;
    return new OperationError([...new Set([...lines, ...lost.problems, ...steps.commands])]);
  }
}

/** Reconciles a database that was replaced before the failure. */
async function finishReconciliation(steps: RestoreSteps): Promise<string[]> {
  await steps.freshServer.finish().catch(() => undefined);
  const line = `the roles, grants and settings of the restored database are not reconciled; reconcile them: ${steps.reconcileCommand}`;
  if (steps.hasReconciled) return [line];
  try {
    await steps.reconcile();
    return [];
  } catch (error) {
    if (error instanceof LockLostError) throw error;
    return [...listErrorLines({}, error), line];
  }
}

/** Resumes the workloads, unless the database is empty or a Job may still replace it. */
async function resumeWorkloads(
  context: RestoreContext,
  cronJob: CronJob,
  steps: RestoreSteps,
  outcome: RestoreOutcome,
): Promise<string[]> {
  const reason = isEmptyServer(steps, outcome)
    ? describeEmptyServer(steps)
    : await findReasonNotToResume(context, cronJob, steps);
  if (reason !== undefined) return [`${reason}:`, ...steps.commands];
  const wereServicesStopped = steps.pauser.pausedDeployments.length > 0;
  context.progress.step('Resuming the paused workloads');
  const failures = await steps.resumeAll();
  if (failures.length > 0) return failures;
  context.progress.succeed('Resumed the services and the backup schedules');
  return [
    wereServicesStopped
      ? 'resumed the services and the backup schedules with their original settings'
      : 'resumed the backup schedules; the services were not stopped',
  ];
}

/** Whether the server is a fresh one, which has no data until a restore has succeeded. */
function isEmptyServer({ freshServer }: RestoreSteps, outcome: RestoreOutcome): boolean {
  return freshServer.setAsideName !== undefined && outcome.kind !== 'restored';
}

function describeEmptyServer({ freshServer }: RestoreSteps): string {
  return (
    `the database server may be a fresh one without data (the old data is kept as ${freshServer.setAsideName}), so the ` +
    `services stay stopped; ${remedy}`
  );
}

/** Why nothing may be resumed, and the remedy. If it cannot be determined, nothing is resumed either. */
async function findReasonNotToResume(
  context: RestoreContext,
  cronJob: CronJob,
  { pauser }: RestoreSteps,
): Promise<string | undefined> {
  try {
    await context.lock.ensureHeld();
    const listRestoreJobs = async () => {
      // A request may have reached the cluster although its response did not arrive here.
      await pauser.loadPaused();
      return (await listActiveJobs(context, cronJob)).filter(isRestoreJob).map(({ metadata }) => metadata.name);
    };
    const active = await retryDuringOutage(listRestoreJobs, { clock: context.clock, seconds: responseSeconds });
    if (active.length === 0) return undefined;
    return `Job ${active.join(', ')} may still replace the database; once it is gone, ${remedy}`;
  } catch (error) {
    if (error instanceof LockLostError) throw error;
    const cause = listErrorLines({}, error).join('; ');
    return `could not determine whether a Job still replaces the database (${cause}); once none is active, ${remedy}`;
  }
}

function isRestoreJob(job: Job): boolean {
  return readJobArguments(job)[0] === 'restore';
}
