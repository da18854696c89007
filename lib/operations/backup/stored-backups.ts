import { findFinishedCondition, isFromCronJob, type JobResult, readJobArguments } from '../../cluster/jobs';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import type { ClusterContext, OperationContext } from '../../cluster/operation-context';
import { backupFolders } from '../../platform/backup-names';
import { OperationError } from '../../platform/errors';
import type { BackupSettings } from '../../platform/settings/backup';
import {
  findBackupCronJob,
  findCopyCronJob,
  type JobTask,
  readOffsiteTarget,
  requireInClusterDatabase,
  runForLog,
  runTask,
  waitUntilIdle,
} from './backup-jobs';
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
  const copy = await findCopyCronJob(context);
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
export function makeFetchTask(copy: CronJob, name: string): JobTask {
  const args = ['sync', `${readOffsiteTarget(copy)}/${name}`, `${backupFolders.unfinished}/${name}`];
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
  const fetched = await runTask(context, copy, makeFetchTask(copy, name));
  // Scripts of earlier releases know `import` only by its former name.
  return fetched.kind === 'complete' ? runTask(context, cronJob, { verb: 'adopt', args: ['adopt', name] }) : fetched;
}

/** A backup and where it is. Of a backup that is only in the bucket, nothing but the name is known. */
export interface BackupEntry extends Partial<BackupRecord> {
  readonly name: string;
  readonly place: 'volume' | 'bucket' | 'both';
}

export interface BackupList {
  readonly environment: string;
  /** The oldest first. */
  readonly backups: readonly BackupEntry[];
  /** Where copies outside the cluster are. */
  readonly offsite: BackupSettings['offsite'];
}

/**
 * Lists the backups on the volume and in the bucket. It only reads, so it waits for no other Job.
 * @throws UsageError if the environment has no backups; OperationError if they cannot be read
 */
export async function listBackups(context: OperationContext): Promise<BackupList> {
  const { environment, progress } = context;
  const cronJob = await findBackupCronJob(context);
  const copy = await findCopyCronJob(context);
  progress.step(`Listing the backups of ${environment.name}`);
  const records = await listVolumeBackups(context, cronJob);
  const copies = copy ? await listOffsiteBackups(context, copy) : [];
  const backups = [...records.map((record) => addPlace(record, copies)), ...selectOffsiteOnly(records, copies)];
  const unverified = records.filter(({ verified }) => !verified).length;
  const remark = unverified === 0 ? '' : ` (${unverified} unverified)`;
  progress.succeed(`${records.length} on the volume${remark}${copy ? `, ${copies.length} in the bucket` : ''}`);
  return {
    environment: environment.name,
    backups: backups.sort((one, other) => one.name.localeCompare(other.name)),
    offsite: requireInClusterDatabase(environment).backup.offsite,
  };
}

/**
 * Lists the names of the backups in the bucket. A file appears there once it is complete, and the dump is by far the largest
 * file of a backup: an interrupted copy has none.
 */
async function listOffsiteBackups(context: OperationContext, cronJob: CronJob): Promise<string[]> {
  const lsf = ['lsf', '--recursive', '--files-only', '--include=/*/database.dump', readOffsiteTarget(cronJob)];
  const log = await runForLog(context, cronJob, { verb: 'lsf', args: lsf });
  return [...log.matchAll(/^(\d{8}T\d{6}Z)\/database\.dump$/gm)].map(([, name = '']) => name);
}

function addPlace(record: BackupRecord, copies: readonly string[]): BackupEntry {
  return { ...record, place: copies.includes(record.name) ? 'both' : 'volume' };
}

function selectOffsiteOnly(records: readonly BackupRecord[], copies: readonly string[]): BackupEntry[] {
  return copies
    .filter((name) => records.every((record) => record.name !== name))
    .map((name) => ({ name, place: 'bucket' }));
}

/** The last success of a CronJob's work. */
export interface Success {
  /** In RFC 3339, as the cluster wrote it. */
  readonly time: string;
  /** The Job, if it still exists. */
  readonly job?: Job;
}

/** Returns when the latest verified backup was finished; undefined if the cluster knows of none. */
export async function findLatestBackupTime(context: ClusterContext): Promise<Date | undefined> {
  const { kubectl, environment } = context;
  const cronJob = await findBackupCronJob(context);
  const success = findLatestSuccess(cronJob, await kubectl.list<Job>('jobs', environment.namespace));
  return success && new Date(success.time);
}

/**
 * Finds the last success of a CronJob's work, scheduled or started by hand. The CronJob's status covers scheduled Jobs that
 * no longer exist.
 */
export function findLatestSuccess(cronJob: CronJob, jobs: readonly Job[]): Success | undefined {
  const succeeded = selectMatchingJobs(cronJob, jobs).flatMap((job) => {
    const time = job.status?.completionTime;
    return time !== undefined && findFinishedCondition(job)?.type === 'Complete' ? [{ time, job }] : [];
  });
  const scheduled = cronJob.status?.lastSuccessfulTime;
  // The sort is stable, so that of two with the same time the one with its Job comes first.
  const successes: Success[] = [...succeeded, ...(scheduled === undefined ? [] : [{ time: scheduled }])];
  return successes.sort((one, other) => Date.parse(other.time) - Date.parse(one.time))[0];
}

/** Selects the Jobs that do the work of a CronJob, scheduled or started by hand. Other Jobs derived from it do not count. */
export function selectMatchingJobs(cronJob: CronJob, jobs: readonly Job[]): Job[] {
  const wanted = readJobArguments(cronJob.spec.jobTemplate).join(' ');
  return jobs.filter((job) => isFromCronJob(job, cronJob) && readJobArguments(job).join(' ') === wanted);
}
