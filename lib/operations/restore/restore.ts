import { listPermissions, type Permission, type ResourceVerbs } from '../../cluster/permissions';
import { OperationError, UsageError } from '../../platform/errors';
import { findBackupCronJob } from '../backup/backup-jobs';
import { ensureNoActiveMigration, waitForPodsReady } from './database-writers';
import { reportRestoreFailure } from './restore-failure';
import { describeOutcome, listErrorLines } from './restore-outcome';
import { type RestoreContext, type RestoreRequest, RestoreSteps } from './restore-steps';

/** What a restore does in the namespace of its environment: it holds the lock, pauses workloads, and runs Jobs and scripts. */
const restoreVerbs: readonly ResourceVerbs[] = [
  ['leases.coordination.k8s.io', 'get', 'create', 'update'],
  ['cronjobs.batch', 'get', 'list', 'patch'],
  ['deployments.apps', 'get', 'list', 'patch'],
  ['statefulsets.apps', 'get', 'list', 'patch'],
  ['jobs.batch', 'get', 'list', 'create', 'delete'],
  ['pods', 'get', 'list'],
  ['pods/log', 'get'],
  ['pods/exec', 'create'],
];

export function listRestorePermissions({ namespace }: { readonly namespace: string }): Permission[] {
  return listPermissions(restoreVerbs, namespace);
}

/**
 * Replaces an environment's database by a backup. The previous database is kept under another name. If a step fails, the
 * services and schedules resume with their original settings, and the error says which data they find. A run that was
 * killed is completed by the next one.
 * @returns the name of the previous database, if there was one
 * @throws UsageError if the environment has no backups; OperationError with the cause and the state of the data
 */
export async function restore(context: RestoreContext, request: RestoreRequest): Promise<string | undefined> {
  refuseFreshServer(context, request);
  const cronJob = await findBackupCronJob(context);
  const steps = new RestoreSteps(context, cronJob, request);
  try {
    await adoptInterruptedRestore(context, steps);
    await runSteps(context, steps, request);
  } catch (error) {
    throw await reportRestoreFailure(context, cronJob, steps, error);
  }
  return resumeAndReport(context, steps);
}

/** The operator makes a lost server of a cluster again itself; a cluster whose data is damaged is recovered beside it. */
function refuseFreshServer({ environment }: RestoreContext, { freshServer }: RestoreRequest): void {
  if (!freshServer || environment.database.kind !== 'cluster') return;
  throw new UsageError(
    `${environment.name} has a database cluster, whose servers cannot be replaced one by one; recover it to a time before the ` +
      `damage instead: npx veza restore ${environment.name} --to <time>`,
  );
}

/** Takes over what an interrupted restore left paused. */
async function adoptInterruptedRestore({ progress }: RestoreContext, steps: RestoreSteps): Promise<void> {
  await steps.freshServer.loadInterrupted();
  const paused = await steps.pauser.loadPaused();
  if (paused.length === 0) return;
  steps.isFenced = true;
  progress.step('Found an interrupted restore');
  progress.succeed(`Took over what it paused: ${paused.join(', ')}`);
}

async function runSteps(context: RestoreContext, steps: RestoreSteps, request: RestoreRequest): Promise<void> {
  await ensureNoActiveMigration(context);
  await steps.suspendSchedules();
  const record = await steps.checkBackup();
  // A fresh server that an interrupted restore left without data needs this too, whatever is requested now.
  const needsFreshServer = request.freshServer || steps.freshServer.setAsideName !== undefined;
  if (!needsFreshServer) await steps.ensureFreeSpace(record);
  await steps.stopWriters();
  if (needsFreshServer) await steps.startFreshServer(record);
  await steps.closeFence();
  await steps.createMissingRoles();
  await steps.stopStartedWriters();
  await steps.replaceDatabase();
  await steps.reconcile();
  await context.lock.ensureHeld();
}

/** The last step, once the database is replaced. */
async function resumeAndReport(context: RestoreContext, steps: RestoreSteps): Promise<string | undefined> {
  const { progress } = context;
  const outcome = await steps.outcome();
  const writers = steps.pauser.pausedDeployments;
  progress.step('Resuming the services and the backup schedules');
  const failures = await steps.resumeAll();
  if (failures.length > 0) throw new OperationError([...failures, describeOutcome(steps.postgres, outcome)]);
  await waitForPodsReady(context, writers).catch((error) => {
    throw new OperationError([...listErrorLines(context, error), describeOutcome(steps.postgres, outcome)]);
  });
  progress.succeed('Resumed the services and the backup schedules');
  return outcome.kind === 'restored' ? outcome.previous : undefined;
}
