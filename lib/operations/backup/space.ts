import { FailedError } from '../../problems';
import { readableBytes } from '../readable';
import type { BackupRecord } from './backup-record';
import type { DatabaseServer } from './database-server';

/** What a restore takes for each byte of the database: its indexes are built anew, and sorted on disk before. */
const reserve = 1.2;

/** What the server's log grows to meanwhile, however small the database (max_wal_size). A server without room for it stops. */
const log = 2 ** 30;

/** Bytes that a restore takes on the database's volume, at most. */
export function bytesNeeded({ databaseBytes }: BackupRecord): number {
  return Math.ceil(databaseBytes * reserve) + log;
}

/**
 * Makes sure that the restored database has room beside the one that is there; returns both numbers in words.
 * @throws FailedError that says which old databases could be dropped
 */
export async function requireSpace(server: DatabaseServer, record: BackupRecord): Promise<string> {
  const room = await server.room();
  const needed = bytesNeeded(record);
  const numbers = `${readableBytes(needed)} needed, ${readableBytes(room)} free`;
  if (room >= needed) return numbers;
  const old = await server.oldDatabases();
  throw new FailedError([
    `the database's volume has no room for the restored database beside the present one: ${numbers}`,
    ...(old.length === 0
      ? ['no database of an earlier restore is there to be dropped; enlarge the volume']
      : old.map(
          ({ name, bytes }) =>
            `${name} of an earlier restore takes ${readableBytes(bytes)}; if nobody needs it, drop it: ${server.dropCommand(name)}`,
        )),
  ]);
}
