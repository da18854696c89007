import { backupFolders } from '../../backup/backup-configuration';
import { FailedError } from '../../problems';
import type { JobEnd } from '../jobs/job-watch';
import type { CronJob } from '../objects';
import type { Site } from '../site';
import { type BackupRecord, recordsIn } from './backup-record';
import { bucketOf, copyCronJob } from './cron-jobs';
import type { Task } from './derived-job';
import { logOf, runJob, waitUntilIdle } from './run-job';

/**
 * The record of a backup that is whole. One that is missing or damaged on the volume is fetched back from outside the
 * cluster, if the environment keeps copies there.
 * @throws FailedError with the cause, and with the backups that there are
 */
export async function findBackup(site: Site, cronJob: CronJob, name: string): Promise<BackupRecord> {
  const end = await runJob(site, cronJob, { verb: 'check', args: ['check', name] });
  if (end.kind === 'complete') return recordOf(end, name);
  if (end.kind === 'unstarted') throw new FailedError([`check: ${end.cause}`]);
  const copy = await copyCronJob(site);
  const fetched = copy && (await fetchBackup(site, cronJob, copy, { name, why: end.cause }));
  if (fetched?.kind === 'complete') return recordOf(fetched, name);
  const records = await listed(site, cronJob);
  const names = records.map(({ name, verified }) => (verified ? name : `${name} (unverified)`)).join(', ') || 'none';
  const outside = fetched ? [`outside the cluster: ${fetched.cause}`] : [];
  throw new FailedError([`${end.cause}; there are ${names}`, ...outside]);
}

/** Every backup on the volume, the oldest first. */
export async function listed(site: Site, cronJob: CronJob): Promise<BackupRecord[]> {
  return recordsIn(await logOf(site, cronJob, { verb: 'list', args: ['list'] }));
}

/**
 * How the copying program fetches a backup to the place of what is unfinished, where it is none before it was checked.
 * What an earlier try left there is brought to what is outside.
 */
export function fetchTask(copy: CronJob, name: string): Task {
  const args = ['sync', `${bucketOf(copy)}/${name}`, `${backupFolders.unfinished}/${name}`];
  return { verb: 'fetch', args, writes: true };
}

function recordOf(end: JobEnd & { readonly kind: 'complete' }, name: string): BackupRecord {
  const record = recordsIn(end.log).at(-1);
  if (record?.name === name) return record;
  throw new FailedError([`Job ${end.job} ended well and does not say what is in backup ${name}`]);
}

/** Fetches a backup from where the copies are, has it checked and put to the others. */
async function fetchBackup(
  site: Site,
  cronJob: CronJob,
  copy: CronJob,
  { name, why }: { readonly name: string; readonly why: string },
): Promise<JobEnd> {
  site.progress.step(`fetching ${name} from outside the cluster: ${why}`);
  await waitUntilIdle(site, [cronJob, copy]);
  const fetched = await runJob(site, copy, fetchTask(copy, name));
  return fetched.kind === 'complete' ? runJob(site, cronJob, { verb: 'adopt', args: ['adopt', name] }) : fetched;
}
