import type { JobResult } from '../../cluster/jobs';
import type { CronJob } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import { backupFolders } from '../../platform/backup-names';
import { OperationError } from '../../platform/errors';
import { copyCronJob, type JobTask, offsiteTarget, runForLog, runTask, waitUntilIdle } from './backup-jobs';
import { type BackupRecord, parseRecords } from './backup-record';

/**
 * Makes sure that a backup is complete on the volume, and returns its record. If it is missing or damaged there, it is fetched
 * from the bucket, if the environment has one.
 * @throws OperationError with the causes, and the names of the backups on the volume
 */
export async function ensureBackupOnVolume(
  context: OperationContext,
  cronJob: CronJob,
  name: string,
): Promise<BackupRecord> {
  const checked = await runTask(context, cronJob, { verb: 'check', args: ['check', name] });
  if (checked.kind === 'complete') return recordOf(checked, name);
  if (checked.kind === 'not-started') throw new OperationError([`check: ${checked.cause}`]);
  const copy = await copyCronJob(context);
  const fetched = copy && (await fetchBackup(context, cronJob, copy, { name, reason: checked.cause }));
  if (fetched?.kind === 'complete') return recordOf(fetched, name);
  const records = await listVolumeBackups(context, cronJob);
  const names = records.map(({ name, verified }) => (verified ? name : `${name} (unverified)`)).join(', ') || 'none';
  const offsite = fetched ? [`the copy in the bucket: ${fetched.cause}`] : [];
  throw new OperationError([`${checked.cause} (available: ${names})`, ...offsite]);
}

/** Lists every backup on the volume, the oldest first. */
export async function listVolumeBackups(context: OperationContext, cronJob: CronJob): Promise<BackupRecord[]> {
  return parseRecords(await runForLog(context, cronJob, { verb: 'list', args: ['list'] }));
}

/**
 * The task of the copy program that fetches a backup into the folder of unfinished ones. It counts as a backup only once it
 * is checked. `sync` overwrites what an earlier attempt left there.
 */
export function fetchTask(copy: CronJob, name: string): JobTask {
  const args = ['sync', `${offsiteTarget(copy)}/${name}`, `${backupFolders.unfinished}/${name}`];
  return { verb: 'fetch', args, writes: true };
}

function recordOf({ job, log }: JobResult & { readonly kind: 'complete' }, name: string): BackupRecord {
  const record = parseRecords(log).at(-1);
  if (record?.name === name) return record;
  throw new OperationError([`Job ${job} succeeded, but its log has no record of backup ${name}`]);
}

/** Fetches a backup from the bucket, checks it and moves it to the complete ones. */
async function fetchBackup(
  context: OperationContext,
  cronJob: CronJob,
  copy: CronJob,
  { name, reason }: { readonly name: string; readonly reason: string },
): Promise<JobResult> {
  context.progress.step(`Fetching backup ${name} from the bucket (${reason})`);
  await waitUntilIdle(context, [cronJob, copy]);
  const fetched = await runTask(context, copy, fetchTask(copy, name));
  // Scripts of earlier releases know `import` only by its former name.
  return fetched.kind === 'complete' ? runTask(context, cronJob, { verb: 'adopt', args: ['adopt', name] }) : fetched;
}
