import type { JobResult } from '../../cluster/jobs';
import type { CronJob } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import { backupFolders } from '../../platform/backup-names';
import { OperationError } from '../../platform/errors';
import type { Task } from './backup-jobs';
import { copyCronJob, offsiteTarget, runForLog, runTask, waitUntilIdle } from './backup-jobs';
import { type BackupRecord, parseRecords } from './backup-record';

/**
 * The record of a backup that is whole. One that is missing or damaged on the volume is fetched back from outside the
 * cluster, if the environment keeps copies there.
 * @throws OperationError with the cause, and with the backups that there are
 */
export async function ensureBackupOnVolume(
  site: OperationContext,
  cronJob: CronJob,
  name: string,
): Promise<BackupRecord> {
  const end = await runTask(site, cronJob, { verb: 'check', args: ['check', name] });
  if (end.kind === 'complete') return recordOf(end, name);
  if (end.kind === 'unstarted') throw new OperationError([`check: ${end.cause}`]);
  const copy = await copyCronJob(site);
  const fetched = copy && (await fetchBackup(site, cronJob, copy, { name, why: end.cause }));
  if (fetched?.kind === 'complete') return recordOf(fetched, name);
  const records = await listVolumeBackups(site, cronJob);
  const names = records.map(({ name, verified }) => (verified ? name : `${name} (unverified)`)).join(', ') || 'none';
  const outside = fetched ? [`outside the cluster: ${fetched.cause}`] : [];
  throw new OperationError([`${end.cause}; there are ${names}`, ...outside]);
}

/** Every backup on the volume, the oldest first. */
export async function listVolumeBackups(site: OperationContext, cronJob: CronJob): Promise<BackupRecord[]> {
  return parseRecords(await runForLog(site, cronJob, { verb: 'list', args: ['list'] }));
}

/**
 * How the copying program fetches a backup to the place of what is unfinished, where it is none before it was checked.
 * What an earlier try left there is brought to what is outside.
 */
export function fetchTask(copy: CronJob, name: string): Task {
  const args = ['sync', `${offsiteTarget(copy)}/${name}`, `${backupFolders.unfinished}/${name}`];
  return { verb: 'fetch', args, writes: true };
}

function recordOf(end: JobResult & { readonly kind: 'complete' }, name: string): BackupRecord {
  const record = parseRecords(end.log).at(-1);
  if (record?.name === name) return record;
  throw new OperationError([`Job ${end.job} ended well and does not say what is in backup ${name}`]);
}

/** Fetches a backup from where the copies are, has it checked and put to the others. */
async function fetchBackup(
  site: OperationContext,
  cronJob: CronJob,
  copy: CronJob,
  { name, why }: { readonly name: string; readonly why: string },
): Promise<JobResult> {
  site.progress.step(`fetching ${name} from outside the cluster: ${why}`);
  await waitUntilIdle(site, [cronJob, copy]);
  const fetched = await runTask(site, copy, fetchTask(copy, name));
  return fetched.kind === 'complete' ? runTask(site, cronJob, { verb: 'adopt', args: ['adopt', name] }) : fetched;
}
