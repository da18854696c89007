import * as z from 'zod';
import { type Bucket, bucketFields } from './bucket';
import { checkMaxAge, cronSchedule, isTimeZone } from './cron-schedule';
import { count, pinnedImage } from './formats';
import { type Storage, storageSchema } from './resources';
import { type SecretSource, secretSourceSchema } from './secret-source';

/** How an in-cluster database is backed up. */
export interface BackupSettings {
  /** When a backup begins, in cron's five fields, such as `15 2 * * *` for a quarter past two. */
  readonly schedule: string;
  /** Time zone of the schedules, by its IANA name, such as `Etc/UTC`. */
  readonly timeZone: string;
  /**
   * Days that a backup stays on the volume. As many verified backups as this number, the newest, stay whatever their age:
   * a clock that was wrong once must not cost the others. On a full volume unverified and old backups go earlier.
   */
  readonly keepDays: number;
  /** Hours after which the latest verified backup is too old: more than lie between two, such as 26 for a daily one. */
  readonly maxAgeHours: number;
  /** The volume of the backups. It holds those that are kept, one more, and a restored copy of the database. */
  readonly storage: Storage;
  /** Where the values of the backup's own secrets come from. */
  readonly secrets: SecretSource;
  /** Where backups are copied to, so that they outlive the cluster. */
  readonly offsite: OffsiteBackup;
}

/** Where backups are copied to, so that they outlive the cluster. */
export type OffsiteBackup = NoOffsiteBackup | BucketBackup;

/** No copy outside the cluster: if the cluster is lost, so are its backups. */
export interface NoOffsiteBackup {
  readonly kind: 'none';
}

/** A bucket that speaks S3, with credentials of its own. Its own rules decide how long copies are kept. */
export interface BucketBackup extends Bucket {
  readonly kind: 'bucket';
  /** Image of rclone, tag included, whose entrypoint is the program itself, such as `docker.io/rclone/rclone:1.69.1`. */
  readonly image: string;
  /** When backups are copied: some time after they are made, in cron's five fields, such as `15 4 * * *`. */
  readonly schedule: string;
}

const timeZone = z.string().refine(isTimeZone, { error: 'use a name of the IANA time zone database, such as Etc/UTC' });

const offsiteSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('bucket'),
    image: pinnedImage,
    ...bucketFields,
    schedule: cronSchedule,
  }),
]);

/** @internal */
export const backupSchema = z
  .strictObject({
    schedule: cronSchedule,
    timeZone,
    keepDays: count,
    maxAgeHours: count,
    storage: storageSchema,
    secrets: secretSourceSchema,
    offsite: offsiteSchema,
  })
  .superRefine(checkMaxAge('backups'));
