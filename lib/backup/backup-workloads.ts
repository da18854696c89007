/** Workloads of the backup: their names, the objects that they share, and the port that the metrics are asked on. */
export const backupWorkloads = {
  /** Makes backups, and restores them. */
  backup: 'postgres-backup',
  /** Takes them to the bucket. */
  copy: 'postgres-backup-copy',
  /** Holds their volume and tells of it. */
  store: 'postgres-backup-store',
} as const;

/** Name of the claim that the backups are on. */
export const backupClaim = 'postgres-backups';

/** Name of the ConfigMap of the scripts. */
export const backupConfigName = 'postgres-backup-config';

/** Port of the metrics of the last backup. */
export const backupMetricsPort = 9100;
