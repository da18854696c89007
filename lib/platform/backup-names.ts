/** Names of the workloads that back the database up. */
export const backupWorkloads = {
  /** CronJob that makes backups. Jobs derived from it check, list and restore them. */
  backup: 'postgres-backup',
  /** CronJob that copies them to the bucket. */
  copy: 'postgres-backup-copy',
  /** Deployment that mounts their volume and exports their metrics. */
  store: 'postgres-backup-store',
} as const;

/** Annotation in which a Deployment keeps its replica count while a restore has scaled it to zero. */
export const replicasBeforeRestore = 'veza.app/replicas-before-restore';

/** Prefix of the names of the Jobs that restore a backup. */
export const restoreJobPrefix = `${backupWorkloads.backup}-restore-`;

/** Name of the claim that the backups are on. */
export const backupClaim = 'postgres-backups';

/** Name of the ConfigMap of the scripts. */
export const backupConfigName = 'postgres-backup-config';

/** Port on which the metrics of the backups are scraped. */
export const backupMetricsPort = 9100;

/** Where the containers of the backup Jobs find things. */
export const backupPaths = {
  /** Scripts, from the ConfigMap. */
  config: '/etc/postgres-backup',
  /** Root of the volume. */
  backups: '/backups',
  credentials: '/var/run/postgres-backup-credentials',
  work: '/tmp',
} as const;

/** Folder of the metrics on the volume. */
export const metricsFolder = 'metrics';

/** Folders on the volume. */
export const backupFolders = {
  /** Complete backups, verified or not: their records say which. */
  complete: `${backupPaths.backups}/complete`,
  /** Backups that are being made or fetched. The next Job that makes one removes leftovers. */
  unfinished: `${backupPaths.backups}/unfinished`,
  metrics: `${backupPaths.backups}/${metricsFolder}`,
} as const;

/** Prefix of a location in the bucket, in the arguments of the copy program: `offsite:bucket/namespace`. */
export const offsitePrefix = 'offsite:';

/** Bytes of a name in PostgreSQL, which silently cuts what is longer (NAMEDATALEN - 1). */
const maximumNameLength = 63;

/** Length of what follows the prefix `before`: the backup's name, and a number of up to three digits. */
const longestSuffix = '20261125t021500z_999'.length;

/** Names of the databases that a restore creates or renames. */
export interface TemporaryNames {
  /** The restored database, until it replaces the present one. */
  readonly restoring: string;
  /** Prefix of the name that the replaced database gets. */
  readonly before: string;
}

/** Names of a restore's temporary databases. The database's own name is cut to fit. */
export function makeTemporaryNames(database: string): TemporaryNames {
  const withSuffix = (suffix: string, reserved = 0) =>
    `${database.slice(0, maximumNameLength - suffix.length - reserved)}${suffix}`;
  return { restoring: withSuffix('_restoring'), before: withSuffix('_before_', longestSuffix) };
}
