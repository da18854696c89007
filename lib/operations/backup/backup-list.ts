import type { BackupSettings } from '../../backup/backup-settings';
import type { CronJob } from '../objects';
import type { Site } from '../site';
import type { BackupRecord } from './backup-record';
import { backedUpDatabase, backupCronJob, bucketOf, copyCronJob } from './cron-jobs';
import { listed } from './find-backup';
import { logOf } from './run-job';

/** A backup, and where it can be restored from. What else is known of it is on the volume. */
export interface ListedBackup extends Partial<BackupRecord> {
  readonly name: string;
  readonly place: 'volume' | 'bucket' | 'both';
}

/** The backups of an environment, and whether they outlive its cluster. */
export interface BackupList {
  readonly environment: string;
  /** The oldest first. */
  readonly backups: readonly ListedBackup[];
  /** Where copies outside the cluster are. */
  readonly offsite: BackupSettings['offsite'];
}

/**
 * Asks the volume and the bucket for their backups, whatever else is at work: looking disturbs nobody.
 * @throws UsageError if the environment has none; FailedError if they cannot be read
 */
export async function backupList(site: Site): Promise<BackupList> {
  const { environment, progress } = site;
  const cronJob = await backupCronJob(site);
  const copy = await copyCronJob(site);
  progress.step(`listing the backups of ${environment.name}`);
  const records = await listed(site, cronJob);
  const copies = copy ? await copiesOf(site, copy) : [];
  const backups = [...records.map((record) => withPlace(record, copies)), ...onlyCopies(records, copies)];
  const unverified = records.filter(({ verified }) => !verified).length;
  const remark = unverified === 0 ? '' : ` (${unverified} unverified)`;
  progress.done(`${records.length} on the volume${remark}${copy ? `, ${copies.length} in the bucket` : ''}`);
  return {
    environment: environment.name,
    backups: backups.sort((one, other) => one.name.localeCompare(other.name)),
    offsite: backedUpDatabase(environment).backup.offsite,
  };
}

/**
 * Names of the backups in the bucket. A file is there once it is whole, and the dump is by far the largest of a backup's: a
 * copy that was cut short has none.
 */
async function copiesOf(site: Site, cronJob: CronJob): Promise<string[]> {
  const lsf = ['lsf', '--recursive', '--files-only', '--include=/*/database.dump', bucketOf(cronJob)];
  const log = await logOf(site, cronJob, { verb: 'lsf', args: lsf });
  return [...log.matchAll(/^(\d{8}T\d{6}Z)\/database\.dump$/gm)].map(([, name = '']) => name);
}

function withPlace(record: BackupRecord, copies: readonly string[]): ListedBackup {
  return { ...record, place: copies.includes(record.name) ? 'both' : 'volume' };
}

function onlyCopies(records: readonly BackupRecord[], copies: readonly string[]): ListedBackup[] {
  return copies
    .filter((name) => records.every((record) => record.name !== name))
    .map((name) => ({ name, place: 'bucket' }));
}
