import { FailedError } from '../../problems';
import { argumentsOf } from '../jobs/job';
import { LeaseLost } from '../lease-record';
import type { CronJob, Job } from '../objects';
import { poll } from '../poll';
import type { Site } from '../site';
import { linesOf, type Outcome, outcomeLines } from './outcome';
import type { RestoreSteps } from './restore-steps';
import { unfinishedJobs } from './run-job';

/**
 * What went wrong, which data there is now, and what still stands still after everything was tried. Whoever has lost the
 * Lease tries nothing: everything is the next one's.
 */
export async function failure(site: Site, cronJob: CronJob, steps: RestoreSteps, error: unknown): Promise<FailedError> {
  site.progress.close();
  const lines = linesOf(site, error);
  try {
    const outcome = await steps.outcome();
    return new FailedError([
      ...lines,
      ...(outcome.kind === 'restored' ? await madeWhole(steps) : []),
      ...(isEmpty(steps, outcome) ? [] : outcomeLines(steps.server, outcome)),
      ...(await broughtBack(site, cronJob, steps, outcome)),
    ]);
  } catch (lost) {
    if (!(lost instanceof LeaseLost)) throw lost;
    return new FailedError([...new Set([...lines, ...lost.problems, ...steps.commands])]);
  }
}

/** A restore that was stopped between the names and the grants still owes the grants. */
async function madeWhole(steps: RestoreSteps): Promise<string[]> {
  await steps.fresh.settle().catch(() => undefined);
  const byHand = `the roles, grants and settings of the restored database are not reconciled; do it: ${steps.reconcileCommand}`;
  if (steps.reconciled) return [byHand];
  try {
    await steps.reconcile();
    return [];
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    return [...linesOf({}, error), byHand];
  }
}

/** Services must not come back to a database that a pod may still be about to rename: then all stays as it is. */
async function broughtBack(site: Site, cronJob: CronJob, steps: RestoreSteps, outcome: Outcome): Promise<string[]> {
  const danger = isEmpty(steps, outcome) ? emptyServer(steps) : await dangerOf(site, cronJob, steps);
  const { standstill } = steps;
  if (danger !== undefined) return [`${danger}:`, ...steps.commands];
  const { writers } = standstill;
  site.progress.step('starting again what was stopped');
  const closed = await steps.openFence();
  const troubles = closed.length > 0 ? closed : await standstill.release();
  if (troubles.length > 0) return troubles;
  site.progress.done('services and schedules are as they were');
  return [
    writers.length > 0
      ? 'the services are started again as they were, and so are the schedules of the backups'
      : 'the services were not stopped, and the schedules of the backups are as they were',
  ];
}

/** A fresh server holds no data until a restore has succeeded. */
function isEmpty({ fresh }: RestoreSteps, outcome: Outcome): boolean {
  return fresh.setAside !== undefined && outcome.kind !== 'restored';
}

function emptyServer({ fresh }: RestoreSteps): string {
  return (
    `the database server may be a fresh one without data; the old data are kept as ${fresh.setAside}. So the services stay ` +
    'stopped: run the restore again, or set going by hand what stands still'
  );
}

/** Why nothing may be set going, and what to do; nothing if all is clear. What nobody can tell is as bad as a yes. */
async function dangerOf(site: Site, cronJob: CronJob, { hold, standstill }: RestoreSteps): Promise<string | undefined> {
  const remedy = 'run the restore again, or set going by hand what stands still';
  try {
    await hold.confirm();
    const look = async () => {
      // Also what the cluster has heard, and this run has not heard that it has.
      await standstill.recall();
      return (await unfinishedJobs(site, cronJob)).filter(restores).map(({ metadata }) => metadata.name);
    };
    const late = () => new FailedError(['the cluster does not answer']);
    const atWork = await poll(look, { clock: site.clock, seconds: 60, late });
    if (atWork.length === 0) return undefined;
    return `Job ${atWork.join(', ')} may still replace the database; when it is gone, ${remedy}`;
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    return `whether a Job still replaces the database cannot be seen (${linesOf({}, error).join('; ')}); when none is at work, ${remedy}`;
  }
}

function restores(job: Job): boolean {
  return argumentsOf(job)[0] === 'restore';
}
