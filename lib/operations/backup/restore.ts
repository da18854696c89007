import { FailedError } from '../../problems';
import { requirePermissions } from '../permissions';
import { requireNoDeploy } from '../preflight/deploy';
import type { Site } from '../site';
import { failure, linesOf, released } from './aftermath';
import { backupCronJob } from './cron-jobs';
import type { Holder } from './holder';
import { RestoreLock } from './lock';
import { outcomeLines } from './outcome';
import { RestoreSteps } from './restore-steps';
import { writersReady } from './writers';

/** What a restore does to the cluster: whoever may not do all of it is told before the first of it. */
const needed = [
  ['list', 'secrets'],
  ['create', 'jobs'],
  ['delete', 'jobs'],
  ['patch', 'cronjobs'],
  ['patch', 'deployments'],
  ['get', 'pods/log'],
  ['create', 'pods/exec'],
] as const;

/** Who restores what. */
export interface RestoreOrder {
  /** Name of the backup. */
  readonly backup: string;
  /** Whoever restores, as the others are told: `jane@laptop`. */
  readonly who: string;
  /** Whether the user knows that an earlier restore, which looks as if it were at work, is dead. */
  readonly takeOver: boolean;
}

/**
 * Puts a backup in the place of the environment's database. The database that was there stays beside it under another
 * name. Whatever fails, the services and the schedules come back as they were, and it is said which data they find; what
 * a run that was killed left behind, the one that takes over from it finds and repairs.
 * @returns the name of the old database, if there was one
 * @throws UsageError if the environment has nothing to restore; FailedError with the cause and the state of the data
 */
export async function restore(site: Site, { backup, who, takeOver }: RestoreOrder): Promise<string | undefined> {
  const cronJob = await backupCronJob(site);
  await requirePermissions(site.kubectl, site.environment.namespace, needed);
  const lock = new RestoreLock(site, who);
  const before = await lock.take(takeOver);
  const steps = new RestoreSteps(site, cronJob, backup, lock);
  try {
    await answerFor(site, steps, before);
    await work(site, steps);
  } catch (error) {
    throw await failure(site, cronJob, steps, error);
  }
  return goOn(site, steps);
}

/** From now on this run answers for what an earlier one left. */
async function answerFor({ progress }: Site, { standstill }: RestoreSteps, before: Holder | undefined): Promise<void> {
  const left = await standstill.recall();
  if (!before && left.length === 0) return;
  progress.step(
    before ? `taking over from ${before.who}, since ${before.since}` : 'an earlier restore left its traces',
  );
  progress.done(left.length === 0 ? 'nothing stands still' : `what stands still since: ${left.join(', ')}`);
}

async function work(site: Site, steps: RestoreSteps): Promise<void> {
  await requireNoDeploy(site);
  await steps.holdSchedules();
  await steps.requireSpace(await steps.check());
  // A deploy that looked for a restore just before this one began shows itself by now.
  await requireNoDeploy(site);
  await steps.stopWriters();
  await steps.applyRoles();
  await steps.replaceDatabase();
  await steps.reconcile();
  await steps.lock.confirm();
}

/** The last step: the data is in its place. */
async function goOn(site: Site, steps: RestoreSteps): Promise<string | undefined> {
  const { progress } = site;
  const outcome = await steps.outcome();
  const { writers } = steps.standstill;
  progress.step('starting the services and schedules again');
  const troubles = await released(steps);
  if (troubles.length > 0) throw new FailedError([...troubles, ...outcomeLines(steps.server, outcome)]);
  await writersReady(site, writers).catch((error) => {
    throw new FailedError([...linesOf(site, error), ...outcomeLines(steps.server, outcome)]);
  });
  progress.done('services and schedules are as they were');
  return outcome.kind === 'restored' ? outcome.previous : undefined;
}
