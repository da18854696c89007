import type { OperationContext } from '../../cluster/operation-context';
import type { HeldLock } from '../../cluster/operation-lock';
import { requirePermissions } from '../../cluster/permissions';
import { OperationError } from '../../platform/errors';
import { backupCronJob } from '../backup/backup-jobs';
import { ensureNoActiveMigration, waitForPodsReady } from './database-writers';
import { describeOutcome, linesOf, reportRestoreFailure } from './restore-failure';
import { type RestoreRequest, RestoreSteps } from './restore-steps';

/** What a restore does to the cluster: whoever may not do all of it is told before the first of it. */
const requiredPermissions = [
  ['create', 'jobs.batch'],
  ['delete', 'jobs.batch'],
  ['patch', 'cronjobs.batch'],
  ['patch', 'deployments.apps'],
  ['get', 'pods/log'],
  ['create', 'pods/exec'],
] as const;

/**
 * Puts a backup in the place of the environment's database. The database that was there stays beside it under another
 * name. Whatever fails, the services and the schedules come back as they were, and it is said which data they find; what
 * a run that was killed left behind, the next one finds and repairs.
 * @param request what is restored, and how
 * @param hold the Lease of the environment: whoever loses it stops, and sets nothing going
 * @returns the name of the old database, if there was one
 * @throws UsageError if the environment has nothing to restore; OperationError with the cause and the state of the data
 */
export async function restore(
  site: OperationContext,
  request: RestoreRequest,
  hold: Pick<HeldLock, 'ensureHeld'>,
): Promise<string | undefined> {
  const { freshServer } = request;
  const cronJob = await backupCronJob(site);
  const rights = freshServer ? [...requiredPermissions, ['patch', 'statefulsets.apps'] as const] : requiredPermissions;
  await requirePermissions(site.kubectl, site.environment.namespace, rights);
  const steps = new RestoreSteps(site, cronJob, request, hold);
  try {
    await adoptInterruptedRestore(site, steps);
    await runSteps(site, steps, freshServer);
  } catch (error) {
    throw await reportRestoreFailure(site, cronJob, steps, error);
  }
  return resumeAndReport(site, steps);
}

/** From now on this run answers for what an earlier one left. */
async function adoptInterruptedRestore({ progress }: OperationContext, steps: RestoreSteps): Promise<void> {
  await steps.fresh.recall();
  const left = await steps.standstill.loadPaused();
  if (left.length === 0) return;
  steps.fenced = true;
  progress.step('an earlier restore was stopped before its end');
  progress.succeed(`this one takes over what stands still since: ${left.join(', ')}`);
}

async function runSteps(site: OperationContext, steps: RestoreSteps, freshServer: boolean): Promise<void> {
  await ensureNoActiveMigration(site);
  await steps.suspendSchedules();
  const record = await steps.check();
  // One that was stopped in the middle of that has to be brought to its end, whatever was asked for now.
  const needsFreshServer = freshServer || steps.fresh.setAside !== undefined;
  if (!needsFreshServer) await steps.requireSpace(record);
  await steps.stopWriters();
  if (needsFreshServer) await steps.startFreshServer(record);
  await steps.closeFence();
  await steps.createMissingRoles();
  await steps.stopWritersAgain();
  await steps.replaceDatabase();
  await steps.reconcile();
  await steps.hold.ensureHeld();
}

/** The last step: the data is in its place. */
async function resumeAndReport(site: OperationContext, steps: RestoreSteps): Promise<string | undefined> {
  const { progress } = site;
  const outcome = await steps.outcome();
  const { pausedDeployments: writers } = steps.standstill;
  progress.step('starting the services and schedules again');
  const closed = await steps.openFence();
  const troubles = closed.length > 0 ? closed : await steps.standstill.resumeAll();
  if (troubles.length > 0) throw new OperationError([...troubles, ...describeOutcome(steps.server, outcome)]);
  await waitForPodsReady(site, writers).catch((error) => {
    throw new OperationError([...linesOf(site, error), ...describeOutcome(steps.server, outcome)]);
  });
  progress.succeed('services and schedules are as they were');
  return outcome.kind === 'restored' ? outcome.previous : undefined;
}
