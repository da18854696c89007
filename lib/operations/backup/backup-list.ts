import Table from 'cli-table3';
import type { BackupSettings } from '../../backup/backup-settings';
import { readableBytes, readableSpan } from '../readable';
import type { BackupRecord } from './backup-record';
import { listed } from './find-backup';
import { waitUntilIdle } from './run-job';
import { backedUpDatabase, backupCronJob, type Site } from './site';

/** The backups of an environment, and whether they outlive its cluster. */
export interface BackupList {
  readonly environment: string;
  /** Verified backups on the volume, the oldest first. */
  readonly backups: readonly BackupRecord[];
  /** Where copies outside the cluster are. */
  readonly offsite: BackupSettings['offsite'];
}

/**
 * Asks the volume for its backups.
 * @throws UsageError if the environment has none; FailedError if its volume cannot be read
 */
export async function backupList(site: Site): Promise<BackupList> {
  const { environment, progress } = site;
  const cronJob = await backupCronJob(site);
  progress.step(`listing the backups of ${environment.name}`);
  await waitUntilIdle(site, [cronJob]);
  const backups = await listed(site, cronJob);
  progress.done(`${backups.length} verified`);
  const { offsite } = backedUpDatabase(environment).backup;
  return { environment: environment.name, backups, offsite };
}

/** The backups as a table for people. */
export function backupTable({ environment, backups, offsite }: BackupList, now: number): string {
  const copies =
    offsite.kind === 'bucket'
      ? `Copies are in bucket ${offsite.bucket} at ${offsite.endpoint}; a backup that is not here any more is restored from there.`
      : `There are no copies outside the cluster: ${environment} is not protected from the loss of the cluster.`;
  return [backups.length === 0 ? 'There is no backup yet.' : rows(backups, now), copies].join('\n');
}

function rows(backups: readonly BackupRecord[], now: number): string {
  const table = new Table({
    head: ['name', 'finished', 'age', 'size', 'database size', 'tables', 'rows'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...backups.map(({ name, finished, bytes, databaseBytes, tables, rows }) => [
      name,
      finished,
      readableSpan((now - Date.parse(finished)) / 1000),
      readableBytes(bytes),
      readableBytes(databaseBytes),
      String(tables),
      String(rows),
    ]),
  );
  return table.toString();
}
