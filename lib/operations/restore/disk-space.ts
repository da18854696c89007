import { formatBytes } from '../../cluster/format';
import { OperationError } from '../../platform/errors';
import type { BackupRecord } from '../backup/backup-record';
import type { PostgresAdmin } from './postgres-admin';

/** Bytes that a restore takes per byte of the database: indexes are rebuilt, and sorted on disk before. */
const restoreOverhead = 1.2;

/** Bytes that the write-ahead log grows to meanwhile, however small the database (max_wal_size). */
const walHeadroomBytes = 2 ** 30;

/** Returns the bytes that a restore takes on the database's volume, at most. */
export function neededBytes({ databaseBytes }: BackupRecord): number {
  return Math.ceil(databaseBytes * restoreOverhead) + walHeadroomBytes;
}

/**
 * Makes sure that the volume has space for the restored database next to the present one: a full volume stops the server.
 * @returns both numbers, for users
 * @throws OperationError that names the old databases that could be dropped
 */
export async function ensureFreeSpace(postgres: PostgresAdmin, record: BackupRecord): Promise<string> {
  const free = await postgres.freeBytes();
  const needed = neededBytes(record);
  const figures = `${formatBytes(needed)} needed, ${formatBytes(free)} free`;
  if (free >= needed) return figures;
  const old = await postgres.oldDatabases();
  const remedies = old.map(({ name, bytes }) => {
    const command = postgres.dropCommand(name);
    return `${name} of an earlier restore takes ${formatBytes(bytes)}; if it is no longer needed, drop it: ${command}`;
  });
  throw new OperationError([
    `not enough space on the volume for the restored database next to the present one: ${figures}`,
    ...(old.length === 0 ? ['there is no database of an earlier restore to drop; enlarge the volume'] : remedies),
  ]);
}
