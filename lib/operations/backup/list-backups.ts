import { finishedCondition, isFromCronJob, jobArguments } from '../../cluster/jobs';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import type { Environment } from '../../platform/environment';
import type { BackupSettings } from '../../platform/settings/backup';
import { backupCronJob, copyCronJob, offsiteTarget, requireInClusterDatabase, runForLog } from './backup-jobs';
import type { BackupRecord } from './backup-record';
import { listVolumeBackups } from './fetch-backup';

/** A backup, and where it can be restored from. What else is known of it is on the volume. */
export interface BackupEntry extends Partial<BackupRecord> {
  readonly name: string;
  readonly place: 'volume' | 'bucket' | 'both';
}

/** The backups of an environment, and whether they outlive its cluster. */
export interface BackupList {
  readonly environment: string;
  /** The oldest first. */
  readonly backups: readonly BackupEntry[];
  /** Where copies outside the cluster are. */
  readonly offsite: BackupSettings['offsite'];
}

/**
 * Asks the volume and the bucket for their backups, whatever else is at work: looking disturbs nobody.
 * @throws UsageError if the environment has none; OperationError if they cannot be read
 */
export async function listBackups(site: OperationContext): Promise<BackupList> {
  const { environment, progress } = site;
  const cronJob = await backupCronJob(site);
  const copy = await copyCronJob(site);
  progress.step(`listing the backups of ${environment.name}`);
  const records = await listVolumeBackups(site, cronJob);
  const copies = copy ? await listOffsiteBackups(site, copy) : [];
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
 * Names of the backups in the bucket. A file is there once it is whole, and the dump is by far the largest of a backup's: a
 * copy that was cut short has none.
 */
async function listOffsiteBackups(site: OperationContext, cronJob: CronJob): Promise<string[]> {
  const lsf = ['lsf', '--recursive', '--files-only', '--include=/*/database.dump', offsiteTarget(cronJob)];
  const log = await runForLog(site, cronJob, { verb: 'lsf', args: lsf });
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

/** The last time that something went well. */
export interface Success {
  /** In RFC 3339, as the cluster wrote it. */
  readonly time: string;
  /** The Job, if it is still there. */
  readonly job?: Job;
}

/** Jobs that do what a CronJob's do, by whomever they were started. A restore's Jobs come from it too, and do not. */
export function matchingJobs(cronJob: CronJob, jobs: readonly Job[]): Job[] {
  const wanted = jobArguments(cronJob.spec.jobTemplate).join(' ');
  return jobs.filter((job) => isFromCronJob(job, cronJob) && jobArguments(job).join(' ') === wanted);
}

/** The CronJob remembers what it started itself, even when the Job is gone; Jobs that a person started tell for themselves. */
export function latestSuccess(cronJob: CronJob, jobs: readonly Job[]): Success | undefined {
  const done = matchingJobs(cronJob, jobs).flatMap((job) => {
    const time = job.status?.completionTime;
    return time !== undefined && finishedCondition(job)?.type === 'Complete' ? [{ time, job }] : [];
  });
  const own = cronJob.status?.lastSuccessfulTime;
  // The first of equals: a Job tells more than the time.
  return [...done, ...(own === undefined ? [] : [{ time: own }])].sort((a, b) => timeOf(b) - timeOf(a))[0];
}

/** When the youngest verified backup was finished, as far as the cluster remembers; nothing if it knows of none. */
export async function latestBackupTime(kubectl: KubernetesClient, environment: Environment): Promise<Date | undefined> {
  const cronJob = await backupCronJob({ kubectl, environment });
  const success = latestSuccess(cronJob, await kubectl.list<Job>('jobs', environment.namespace));
  return success && new Date(success.time);
}

function timeOf({ time }: Success): number {
  return Date.parse(time);
}
