import { FailedError } from '../../problems';
import { argumentsOf } from '../jobs/job';
import type { JobEnd } from '../jobs/job-watch';
import type { CronJob } from '../objects';
import type { Site } from '../site';
import { type BackupRecord, recordsIn } from './backup-record';
import { backupObjects, copyCronJob } from './cron-jobs';
import { logOf, runJob, waitUntilIdle } from './run-job';

/**
 * The record of a backup that is whole. One that is not on the volume any more is fetched back from outside the cluster,
 * if the environment keeps copies there.
 * @throws FailedError with the cause, or with the backups that there are
 */
export async function findBackup(site: Site, cronJob: CronJob, name: string): Promise<BackupRecord> {
  const end = await check(site, cronJob, name);
  if (end.kind === 'complete') return recordOf(end, name);
  if (end.kind === 'unstarted') throw new FailedError([`check: ${end.cause}`]);
  const names = (await listed(site, cronJob)).map((record) => record.name);
  if (names.includes(name)) throw new FailedError([`backup ${name} is damaged: ${end.cause}`]);
  if (!(await fetched(site, name))) {
    throw new FailedError([`there is no backup ${name}; there are ${names.join(', ') || 'none'}`]);
  }
  const again = await check(site, cronJob, name);
  if (again.kind === 'complete') return recordOf(again, name);
  throw new FailedError([`backup ${name}, fetched from outside the cluster, is damaged: ${again.cause}`]);
}

/** Every verified backup on the volume, the oldest first. */
export async function listed(site: Site, cronJob: CronJob): Promise<BackupRecord[]> {
  return recordsIn(await logOf(site, cronJob, { verb: 'list', args: ['list'] }));
}

function check(site: Site, cronJob: CronJob, name: string): Promise<JobEnd> {
  return runJob(site, cronJob, { verb: 'check', args: ['check', name] });
}

function recordOf(end: JobEnd & { readonly kind: 'complete' }, name: string): BackupRecord {
  const record = recordsIn(end.log).at(-1);
  if (record?.name === name) return record;
  throw new FailedError([`Job ${end.job} ended well and does not say what is in backup ${name}`]);
}

/** Fetches a backup from where the copies are. Returns whether there is such a place. */
async function fetched(site: Site, name: string): Promise<boolean> {
  const cronJob = await copyCronJob(site);
  if (!cronJob) return false;
  site.progress.step(`fetching ${name} from outside the cluster: it is not on the volume`);
  await waitUntilIdle(site, [cronJob]);
  await logOf(site, cronJob, { verb: 'fetch', args: fetchArguments(cronJob, name), writes: true });
  return true;
}

/** `copy --immutable /backups/verified offsite:bucket/namespace`, the other way round and for one backup. */
function fetchArguments(cronJob: CronJob, name: string): string[] {
  const args = argumentsOf(cronJob.spec.jobTemplate);
  const here = args.find((arg) => arg.startsWith(`${backupObjects.volume}/`));
  const there = args.find((arg) => arg.startsWith(backupObjects.remote));
  if (here === undefined || there === undefined) {
    throw new FailedError([`CronJob ${cronJob.metadata.name} does not say where it copies to: ${args.join(' ')}`]);
  }
  const swapped = new Map([
    [here, `${there}/${name}`],
    [there, `${here}/${name}`],
  ]);
  return args.map((arg) => swapped.get(arg) ?? arg);
}
