import type { Environment } from '../../environments/environment';
import { FailedError } from '../../problems';
import { begun } from '../begun';
import { systemClock } from '../clock';
import { followJob } from '../jobs/follow-job';
import { argumentsOf } from '../jobs/job';
import type { JobEnd } from '../jobs/job-watch';
import type { Kubectl } from '../kubectl';
import type { CronJob, Job } from '../objects';
import type { Progress } from '../progress';
import { byHand, type Site } from '../site';
import { type BackupRecord, recordsIn } from './backup-record';
import { isHeld } from './brakes';
import { backupCronJob, copyCronJob } from './cron-jobs';
import { logOf, runJob, unfinishedJobs, waitUntilIdle } from './run-job';

/**
 * Makes a backup of an environment's database and waits until it is verified. Where one is being made already, that is
 * the one.
 * @throws UsageError if the environment has no backups; FailedError with the cause if none came of it
 */
export async function createBackup(
  kubectl: Kubectl,
  environment: Environment,
  progress: Progress,
  clock = systemClock,
): Promise<BackupRecord> {
  const site = { kubectl, environment, progress, clock };
  const cronJob = await backupCronJob(site);
  refuseDuringRestore(environment, cronJob);
  progress.step(`making a backup of ${environment.name}`);
  const end = await made(site, cronJob);
  if (end.kind !== 'complete') {
    const log = end.kind === 'failed' ? `; its log: ${byHand(site, `logs job/${end.job}`)}` : '';
    throw new FailedError([`no verified backup was made: ${end.cause}${log}`]);
  }
  const record = recordsIn(end.log).at(-1);
  if (!record) throw new FailedError([`Job ${end.job} ended well and does not say which backup it made`]);
  progress.done(`backup ${record.name} is made and verified`);
  return record;
}

/**
 * Copies all verified backups out of the cluster, the one that was made just now included. Returns whether there is
 * somewhere to copy them to.
 * @throws FailedError with the cause
 */
export function copyBackups(site: Site): Promise<boolean> {
  return begun(() => copied(site));
}

async function copied(site: Site): Promise<boolean> {
  const cronJob = await copyCronJob(site);
  if (!cronJob) return false;
  site.progress.step('copying the backups outside the cluster');
  await waitUntilIdle(site, [cronJob]);
  await logOf(site, cronJob, { verb: 'copy', args: argumentsOf(cronJob.spec.jobTemplate) });
  site.progress.done('every verified backup is outside the cluster too');
  return true;
}

/** During a restore the database is not what anybody wants to keep. */
function refuseDuringRestore({ name }: Environment, cronJob: CronJob): void {
  if (!isHeld(cronJob)) return;
  throw new FailedError([
    `a restore of ${name} is under way, or was stopped before its end; in that case run it again, which repairs that`,
  ]);
}

async function made(site: Site, cronJob: CronJob): Promise<JobEnd> {
  const running = (await unfinishedJobs(site, cronJob)).find(isCreate);
  if (running) {
    site.progress.update(`Job ${running.metadata.name} makes one already`);
    return followJob(site, running);
  }
  await waitUntilIdle(site, [cronJob]);
  return runJob(site, cronJob, { verb: 'create', args: ['create'] });
}

function isCreate(job: Job): boolean {
  return argumentsOf(job)[0] === 'create';
}
