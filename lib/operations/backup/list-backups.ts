import { finishedCondition, isFromCronJob, jobArguments } from '../../cluster/jobs';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import type { ClusterContext, OperationContext } from '../../cluster/operation-context';
import type { BackupSettings } from '../../platform/settings/backup';
import { backupCronJob, copyCronJob, offsiteTarget, requireInClusterDatabase, runForLog } from './backup-jobs';
import type { BackupRecord } from './backup-record';
import { listVolumeBackups } from './fetch-backup';

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
  const cronJob = await backupCronJob(context);
  const copy = await copyCronJob(context);
  progress.step(`Listing the backups of ${environment.name}`);
  const records = await listVolumeBackups(context, cronJob);
  const copies = copy ? await listOffsiteBackups(context, copy) : [];
  const backups = [...records.map((record) => withPlace(record, copies)), ...offsiteOnly(records, copies)];
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
  const lsf = ['lsf', '--recursive', '--files-only', '--include=/*/database.dump', offsiteTarget(cronJob)];
  const log = await runForLog(context, cronJob, { verb: 'lsf', args: lsf });
  return [...log.matchAll(/^(\d{8}T\d{6}Z)\/database\.dump$/gm)].map(([, name = '']) => name);
}

function withPlace(record: BackupRecord, copies: readonly string[]): BackupEntry {
  return { ...record, place: copies.includes(record.name) ? 'both' : 'volume' };
}

function offsiteOnly(records: readonly BackupRecord[], copies: readonly string[]): BackupEntry[] {
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
export async function latestBackupTime(context: ClusterContext): Promise<Date | undefined> {
  const { kubectl, environment } = context;
  const cronJob = await backupCronJob(context);
  const success = latestSuccess(cronJob, await kubectl.list<Job>('jobs', environment.namespace));
  return success && new Date(success.time);
}

/**
 * Finds the last success of a CronJob's work, scheduled or started by hand. The CronJob's status covers scheduled Jobs that
 * no longer exist.
 */
export function latestSuccess(cronJob: CronJob, jobs: readonly Job[]): Success | undefined {
  const succeeded = matchingJobs(cronJob, jobs).flatMap((job) => {
    const time = job.status?.completionTime;
    return time !== undefined && finishedCondition(job)?.type === 'Complete' ? [{ time, job }] : [];
  });
  const scheduled = cronJob.status?.lastSuccessfulTime;
  // The sort is stable, so that of two with the same time the one with its Job comes first.
  const successes: Success[] = [...succeeded, ...(scheduled === undefined ? [] : [{ time: scheduled }])];
  return successes.sort((one, other) => Date.parse(other.time) - Date.parse(one.time))[0];
}

/** Selects the Jobs that do the work of a CronJob, scheduled or started by hand. Other Jobs derived from it do not count. */
export function matchingJobs(cronJob: CronJob, jobs: readonly Job[]): Job[] {
  const wanted = jobArguments(cronJob.spec.jobTemplate).join(' ');
  return jobs.filter((job) => isFromCronJob(job, cronJob) && jobArguments(job).join(' ') === wanted);
}
