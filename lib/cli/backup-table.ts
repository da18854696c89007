import Table from 'cli-table3';
import { formatBytes, formatDuration } from '../cluster/format';
import { remarksOn, startTime } from '../operations/backup/backup-record';
import type { BackupEntry, BackupList } from '../operations/backup/list-backups';

/** The backups as a table for people. */
export function backupTable({ environment, backups, offsite }: BackupList, now: number): string {
  const copies =
    offsite.kind === 'bucket'
      ? `Copies are in bucket ${offsite.bucket} at ${offsite.endpoint}; what is not on the volume is restored from there.`
      : `There are no copies outside the cluster: ${environment} is not protected from the loss of the cluster.`;
  const remarks = backups.flatMap((backup) => [
    ...(isFuture(backup, now) ? [futureRemark(backup)] : []),
    ...remarksOn(backup),
  ]);
  return [backups.length === 0 ? 'There is no backup yet.' : rows(backups, now), ...remarks, copies].join('\n');
}

/** Milliseconds that the clocks of two machines may differ. */
const clockTolerance = 3_600_000;

function isFuture({ name }: BackupEntry, now: number): boolean {
  return startTime(name) > now + clockTolerance;
}

function futureRemark({ name }: BackupEntry): string {
  return `${name} is from the future: a clock was wrong, or is. It does not count as a recent backup.`;
}

/** Of one that is only in the bucket, nothing but the name is known before it is fetched. */
function stateOf(backup: BackupEntry, now: number): string {
  if (isFuture(backup, now)) return 'from the future';
  if (backup.verified === undefined) return '';
  return backup.verified ? 'verified' : 'unverified';
}

function rows(backups: readonly BackupEntry[], now: number): string {
  const table = new Table({
    head: ['name', 'where', 'state', 'finished', 'age', 'size', 'database size', 'tables', 'rows'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...backups.map((backup) => {
      const { name, place, finished, bytes, databaseBytes, tables, rows } = backup;
      return [
        name,
        place,
        stateOf(backup, now),
        finished ?? '',
        formatDuration((now - (finished === undefined ? startTime(name) : Date.parse(finished))) / 1000),
        bytes === undefined ? '' : formatBytes(bytes),
        databaseBytes === undefined ? '' : formatBytes(databaseBytes),
        String(tables ?? ''),
        String(rows ?? ''),
      ];
    }),
  );
  return table.toString();
}
