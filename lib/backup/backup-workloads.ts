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
