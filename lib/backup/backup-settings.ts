import * as z from 'zod';
import { secretSourceSchema } from '../bundles/secret-source';
import { storageSchema } from '../data/storage';
import { hostname } from '../kubernetes/formats';

/** A time of the day or week as cron writes it, in its five plain fields. */
const schedule = z
  .string()
  .regex(/^([\d*,/-]+ ){4}[\d*,/-]+$/, 'use the five fields of cron, such as 15 2 * * * for a quarter past two');

const timeZone = z.string().refine(isTimeZone, { error: 'use a name of the IANA time zone database, such as Etc/UTC' });

/** Where backups are copied to, so that they outlive the cluster. */
const offsiteSchema = z.discriminatedUnion('kind', [
  /** Nowhere: who loses the cluster loses its backups with it. */
  z.strictObject({ kind: z.literal('none') }),
  /** A bucket that speaks S3, with credentials of its own. */
  z.strictObject({
    kind: z.literal('bucket'),
    /** Image of rclone, tag included, whose entrypoint is the program itself. */
    image: z.string().regex(/^[^\s:]+(:\d+)?\/[^\s:]+:[^\s:]+$/, 'use a fully qualified image with a tag'),
    /** Host of the S3 API, reached over HTTPS from inside the cluster. */
    endpoint: hostname,
    region: z.string().min(1, 'is empty; name the region'),
    /** Name of the bucket. Its own rules decide how long copies are kept. */
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'use the name of a bucket: 3 to 63 characters'),
    /** When verified backups are copied: some time after they are made. */
    schedule,
  }),
]);

/** How a database in the cluster is backed up. */
export const backupSchema = z.strictObject({
  /** When a backup begins, in cron's five fields. */
  schedule,
  /** Time zone of the schedules, by its IANA name. */
  timeZone,
  /** Days that a backup stays on the volume. The youngest verified one stays however old it is. */
  keepDays: z.int('use a whole number').min(1, 'use at least 1'),
  /** Hours after which the youngest verified backup is too old: more than lie between two. */
  maxAgeHours: z.int('use a whole number').min(1, 'use at least 1'),
  /** The volume of the backups. It holds those that are kept, one more, and a restored copy of the database. */
  storage: storageSchema,
  /** Where the values of the backup's own secrets come from. */
  secrets: secretSourceSchema,
  offsite: offsiteSchema,
});

/** How a database in the cluster is backed up. */
export type BackupSettings = z.infer<typeof backupSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
}
