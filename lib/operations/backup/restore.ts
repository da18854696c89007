import { FailedError } from '../../problems';
import type { Hold } from '../lease';
import { requirePermissions } from '../permissions';
import { requireNoMigration } from '../preflight/migration';
import type { Site } from '../site';
import { failure } from './aftermath';
import { backupCronJob } from './cron-jobs';
import { linesOf, outcomeLines } from './outcome';
import { type RestoreRequest, RestoreSteps } from './restore-steps';
import { writersReady } from './writers';

/** What a restore does to the cluster: whoever may not do all of it is told before the first of it. */
const needed = [
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
 * @throws UsageError if the environment has nothing to restore; FailedError with the cause and the state of the data
 */
export async function restore(
  site: Site,
  request: RestoreRequest,
  hold: Pick<Hold, 'confirm'>,
): Promise<string | undefined> {
  const { freshServer } = request;
  const cronJob = await backupCronJob(site);
  const rights = freshServer ? [...needed, ['patch', 'statefulsets.apps'] as const] : needed;
  await requirePermissions(site.kubectl, site.environment.namespace, rights);
  const steps = new RestoreSteps(site, cronJob, request, hold);
  try {
    await takeOver(site, steps);
    await work(site, steps, freshServer);
  } catch (error) {
    throw await failure(site, cronJob, steps, error);
  }
  return goOn(site, steps);
}

/** From now on this run answers for what an earlier one left. */
async function takeOver({ progress }: Site, steps: RestoreSteps): Promise<void> {
  await steps.fresh.recall();
  const left = await steps.standstill.recall();
  if (left.length === 0) return;
  steps.fenced = true;
  progress.step('an earlier restore was stopped before its end');
  progress.done(`this one takes over what stands still since: ${left.join(', ')}`);
}

async function work(site: Site, steps: RestoreSteps, freshServer: boolean): Promise<void> {
  await requireNoMigration(site);
  await steps.holdSchedules();
  const record = await steps.check();
  // One that was stopped in the middle of that has to be brought to its end, whatever was asked for now.
  const needsFreshServer = freshServer || steps.fresh.setAside !== undefined;
  if (!needsFreshServer) await steps.requireSpace(record);
  await steps.stopWriters();
  if (needsFreshServer) await steps.startFreshServer(record);
  await steps.closeFence();
  await steps.makeRoles();
  await steps.stopWritersAgain();
  await steps.replaceDatabase();
  await steps.reconcile();
  await steps.hold.confirm();
}

/** The last step: the data is in its place. */
async function goOn(site: Site, steps: RestoreSteps): Promise<string | undefined> {
  const { progress } = site;
  const outcome = await steps.outcome();
  const { writers } = steps.standstill;
  progress.step('starting the services and schedules again');
  const closed = await steps.openFence();
  const troubles = closed.length > 0 ? closed : await steps.standstill.release();
  if (troubles.length > 0) throw new FailedError([...troubles, ...outcomeLines(steps.server, outcome)]);
  await writersReady(site, writers).catch((error) => {
    throw new FailedError([...linesOf(site, error), ...outcomeLines(steps.server, outcome)]);
  });
  progress.done('services and schedules are as they were');
  return outcome.kind === 'restored' ? outcome.previous : undefined;
}
