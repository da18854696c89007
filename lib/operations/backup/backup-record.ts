import * as z from 'zod';
import { UsageError } from '../../platform/errors';

const name = z.string().regex(/^\d{8}T\d{6}Z$/);
const count = z.int().min(0);

const recordSchema = z.object({
  /** UTC time at which it began. */
  name,
  /** When it was done, in RFC 3339. */
  finished: z.iso.datetime(),
  /** What it takes on its volume. */
  bytes: count,
  /** What the database takes when it is restored. */
  databaseBytes: count,
  /** How long it took to make. */
  seconds: z.number().min(0),
  tables: count,
  rows: count,
  /** Whether all of it could be restored once. Before records said so, only such backups were kept. */
  verified: z.boolean().default(true),
  /** Why it is not verified; empty if it is. */
  reason: z.string().default(''),
  /** What a database restored from it will lack, each with the reason. */
  missing: z.array(z.string()).default([]),
});

/** What is known of a backup. */
export type BackupRecord = Readonly<z.infer<typeof recordSchema>>;

/** What a person has to know of a backup before it is restored: why it is not verified, and what it lacks. */
export function remarksOn({
  name,
  verified,
  reason,
  missing = [],
}: Pick<BackupRecord, 'name'> & Partial<BackupRecord>) {
  return [
    ...(verified === false ? [`${name} is not verified: ${reason}`] : []),
    ...missing.map((each) => `a database restored from ${name} will lack ${each}`),
  ];
}

/** Every record among the lines of an output, in its order; other lines are for people. */
export function parseRecords(text: string): BackupRecord[] {
  return text.split('\n').flatMap((line) => {
    const { data } = recordSchema.safeParse(jsonOf(line));
    return data ? [data] : [];
  });
}

/**
 * Refuses what cannot be the name of a backup.
 * @throws UsageError
 */
export function parseBackupName(text: string, environment: string): void {
  if (name.safeParse(text).success) return;
  throw new UsageError(
    `${JSON.stringify(text)} is no name of a backup; use one such as 20261125T021500Z, as \`npm run backups -- ${environment}\` lists them`,
  );
}

/** When a backup of a name began, in milliseconds: its name is that time. */
export function startTime(name: string): number {
  return Date.parse(name.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

/** The value of a line, or nothing where the line is no JSON. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
