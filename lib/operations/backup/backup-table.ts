import Table from 'cli-table3';
import { readableBytes, readableSpan } from '../readable';
import type { BackupList, ListedBackup } from './backup-list';
import { begunAt } from './backup-record';

/** The backups as a table for people. */
export function backupTable({ environment, backups, offsite }: BackupList, now: number): string {
  const copies =
    offsite.kind === 'bucket'
      ? `Copies are in bucket ${offsite.bucket} at ${offsite.endpoint}; what is not on the volume is restored from there.`
      : `There are no copies outside the cluster: ${environment} is not protected from the loss of the cluster.`;
  return [backups.length === 0 ? 'There is no backup yet.' : rows(backups, now), copies].join('\n');
}

function rows(backups: readonly ListedBackup[], now: number): string {
  const table = new Table({
    head: ['name', 'where', 'finished', 'age', 'size', 'database size', 'tables', 'rows'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...backups.map(({ name, place, finished, bytes, databaseBytes, tables, rows }) => [
      name,
      place,
      finished ?? '',
      readableSpan((now - (finished === undefined ? begunAt(name) : Date.parse(finished))) / 1000),
      bytes === undefined ? '' : readableBytes(bytes),
      databaseBytes === undefined ? '' : readableBytes(databaseBytes),
      String(tables ?? ''),
      String(rows ?? ''),
    ]),
  );
  return table.toString();
}
