import Table from 'cli-table3';
import { readableBytes, readableSpan } from '../readable';
import type { BackupList, ListedBackup } from './backup-list';
import { begunAt, remarksOn } from './backup-record';

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

function isFuture({ name }: ListedBackup, now: number): boolean {
  return begunAt(name) > now + clockTolerance;
}

function futureRemark({ name }: ListedBackup): string {
  return `${name} is from the future: a clock was wrong, or is. It does not count as a recent backup.`;
}

/** Of one that is only in the bucket, nothing but the name is known before it is fetched. */
function stateOf(backup: ListedBackup, now: number): string {
  if (isFuture(backup, now)) return 'from the future';
  if (backup.verified === undefined) return '';
  return backup.verified ? 'verified' : 'unverified';
}

function rows(backups: readonly ListedBackup[], now: number): string {
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
        readableSpan((now - (finished === undefined ? begunAt(name) : Date.parse(finished))) / 1000),
        bytes === undefined ? '' : readableBytes(bytes),
        databaseBytes === undefined ? '' : readableBytes(databaseBytes),
        String(tables ?? ''),
        String(rows ?? ''),
      ];
    }),
  );
  return table.toString();
}
