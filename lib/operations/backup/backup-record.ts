import * as z from 'zod';
import { UsageError } from '../../platform/errors';

const backupName = z.string().regex(/^\d{8}T\d{6}Z$/);
const count = z.int().min(0);

const recordSchema = z.object({
  /** UTC time at which the backup began. */
  name: backupName,
  /** When it was finished, in RFC 3339. */
  finished: z.iso.datetime(),
  /** Bytes that it takes on its volume. */
  bytes: count,
  /** Bytes of the database once it is restored. */
  databaseBytes: count,
  /** Seconds that it took. */
  seconds: z.number().min(0),
  tables: count,
  rows: count,
  /** Whether it was restored completely once. Records without this field are those of verified backups. */
  verified: z.boolean().default(true),
  /** Why it is not verified; empty if it is. */
  reason: z.string().default(''),
  /** What a database restored from it will lack, each with the reason. */
  missing: z.array(z.string()).default([]),
});

/** The record that is stored with a backup. */
export type BackupRecord = Readonly<z.infer<typeof recordSchema>>;

/** Lists what a user should know before restoring a backup: why it is not verified, and what it lacks. */
export function listRemarks({
  name,
  verified,
  reason,
  missing = [],
}: Pick<BackupRecord, 'name'> & Partial<BackupRecord>): string[] {
  return [
    ...(verified === false ? [`${name} is not verified: ${reason}`] : []),
    ...missing.map((each) => `a database restored from ${name} will lack ${each}`),
  ];
}

/** Parses every record among the lines of an output, in their order. Other lines are skipped. */
export function parseRecords(text: string): BackupRecord[] {
  return text.split('\n').flatMap((line) => {
    const { data } = recordSchema.safeParse(parseJson(line));
    return data ? [data] : [];
  });
}

/**
 * Checks that a text is the name of a backup.
 * @throws UsageError
 */
export function parseBackupName(text: string, environment: string): void {
  if (backupName.safeParse(text).success) return;
  throw new UsageError(
    `${JSON.stringify(text)} is not the name of a backup; use one such as 20261125T021500Z, as \`npx veza backup list ${environment}\` prints them`,
  );
}

/** Returns when a backup began, in milliseconds: its name is that time. */
export function parseStartTime(name: string): number {
  return Date.parse(name.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

/** Parses a line as JSON; undefined if it is none. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
