import { FailedError } from '../../problems';
import { requirePermissions } from '../permissions';
import { argumentsOf, type CronJob } from './jobs';
import { outcomeLines } from './outcome';
import { RestoreSteps } from './restore-steps';
import { unfinishedJobs } from './run-job';
import { backupCronJob, type Site } from './site';
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
 * @returns the name of the old database, if there was one
 * @throws UsageError if the environment has nothing to restore; FailedError with the cause and the state of the data
 */
export async function restore(site: Site, backup: string): Promise<string | undefined> {
  const cronJob = await backupCronJob(site);
  await requirePermissions(site.kubectl, site.environment.namespace, needed);
  const steps = new RestoreSteps(site, cronJob, backup);
  await takeOver(site, steps);
  try {
    await work(steps);
  } catch (error) {
    throw await failure(site, cronJob, steps, error);
  }
  return goOn(site, steps);
}

/** From now on this run answers for what an earlier one left. */
async function takeOver({ progress }: Site, { standstill }: RestoreSteps): Promise<void> {
  const left = await standstill.recall();
  if (left.length === 0) return;
  progress.step('an earlier restore was stopped before its end');
  progress.done(`this one takes over what stands still since: ${left.join(', ')}`);
}

async function work(steps: RestoreSteps): Promise<void> {
  await steps.holdSchedules();
  await steps.requireSpace(await steps.check());
  await steps.stopWriters();
  await steps.applyRoles();
  await steps.replaceDatabase();
  await steps.reconcile();
}

/** The last step: the data is in its place. */
async function goOn(site: Site, steps: RestoreSteps): Promise<string | undefined> {
  const { progress } = site;
  const outcome = await steps.outcome();
  const { writers } = steps.standstill;
  progress.step('starting the services and schedules again');
  const troubles = await steps.standstill.release();
  if (troubles.length > 0) throw new FailedError([...troubles, ...outcomeLines(steps.server, outcome)]);
  await writersReady(site, writers).catch((error) => {
    throw new FailedError([...linesOf(site, error), ...outcomeLines(steps.server, outcome)]);
  });
  progress.done('services and schedules are as they were');
  return outcome.kind === 'restored' ? outcome.previous : undefined;
}

/** What went wrong, which data there is now, and what still stands still after everything was tried. */
async function failure(site: Site, cronJob: CronJob, steps: RestoreSteps, error: unknown): Promise<FailedError> {
  site.progress.close();
  const outcome = await steps.outcome();
  return new FailedError([
    ...linesOf(site, error),
    ...(outcome.kind === 'restored' ? await madeWhole(steps) : []),
    ...outcomeLines(steps.server, outcome),
    ...(await broughtBack(site, cronJob, steps)),
  ]);
}

/** A restore that was stopped between the names and the grants still owes the grants. */
async function madeWhole(steps: RestoreSteps): Promise<string[]> {
  const byHand = `the roles and grants of the restored database are not reconciled; do it: ${steps.server.reconcileCommand}`;
  if (steps.reconciled) return [byHand];
  try {
    await steps.reconcile();
    return [];
  } catch (error) {
    return [...linesOf({}, error), byHand];
  }
}

/** Services must not come back to a database that a pod is still about to rename. */
async function broughtBack(site: Site, cronJob: CronJob, { standstill }: RestoreSteps): Promise<string[]> {
  const atWork = await restoring(site, cronJob);
  if (atWork.length > 0) {
    const order = 'when it is gone, run the restore again, or set going by hand what stands still:';
    return [`Job ${atWork.join(', ')} may still replace the database; ${order}`, ...standstill.commands];
  }
  const { writers } = standstill;
  site.progress.step('starting again what was stopped');
  const troubles = await standstill.release();
  if (troubles.length > 0) return troubles;
  site.progress.done('services and schedules are as they were');
  return [
    writers.length > 0
      ? 'the services are started again as they were, and so are the schedules of the backups'
      : 'the services were not stopped, and the schedules of the backups are as they were',
  ];
}

/** Names of Jobs that restore now. Where nobody can tell, nothing can be set going either, and that is said then. */
async function restoring(site: Site, cronJob: CronJob): Promise<string[]> {
  const jobs = await unfinishedJobs(site, cronJob).catch(() => []);
  return jobs.filter((job) => argumentsOf(job)[0] === 'restore').map(({ metadata }) => metadata.name);
}

/** Whoever stops the command stops the kubectl that it runs too, and its last words are not the cause. */
function linesOf({ signal }: Pick<Site, 'signal'>, error: unknown): readonly string[] {
  const cause: unknown = signal?.aborted ? signal.reason : error;
  if (cause instanceof FailedError) return cause.problems;
  return [cause instanceof Error ? cause.message : String(cause)];
}
