/** Workloads of the backup: their names, the objects that they share, and the port that the metrics are asked on. */
export const backupWorkloads = {
  /** Makes backups, and restores them. */
  backup: 'postgres-backup',
  /** Takes them to the bucket. */
  copy: 'postgres-backup-copy',
  /** Holds their volume and tells of it. */
  store: 'postgres-backup-store',
} as const;

/** Annotation by which a Deployment that a restore has scaled to zero keeps its number of pods. */
export const replicasBeforeRestore = 'veza.app/replicas-before-restore';

/** How the names of the Jobs begin that restore a backup's data. */
export const restoreJobPrefix = `${backupWorkloads.backup}-restore-`;

/** Name of the claim that the backups are on. */
export const backupClaim = 'postgres-backups';

/** Name of the ConfigMap of the scripts. */
export const backupConfigName = 'postgres-backup-config';

/** Port of the metrics of the last backup. */
export const backupMetricsPort = 9100;

/** Bytes of a name in PostgreSQL, which cuts what is longer without a word. */
const longest = 63;

/** What follows a name in `before`: the backup, such as `20261125t021500z`, and a number of up to three digits. */
const longestSuffix = '20261125t021500z_999'.length;

/** Names of the databases that a restore makes beside the one that it replaces. */
export interface TemporaryNames {
  /** The restored database, until it takes its place. */
  readonly restoring: string;
  /** How the name begins that a database gets when it is put aside. */
  readonly before: string;
}

/** Names beside that of a database, which is cut for them. */
export function temporaryNames(database: string): TemporaryNames {
  const joined = (suffix: string, more = 0) => `${database.slice(0, longest - suffix.length - more)}${suffix}`;
  return { restoring: joined('_restoring'), before: joined('_before_', longestSuffix) };
}
