import type { Metrics } from '../exporter';

/** What our backup writes for the node-exporter that holds its volume. */
export const postgresBackup: Metrics = {
  gauge: `
    postgres_backup_last_success_timestamp_seconds postgres_backup_last_attempt_timestamp_seconds
    postgres_backup_last_attempt_success postgres_backup_size_bytes postgres_backup_database_size_bytes
    postgres_backup_duration_seconds postgres_backup_unverified postgres_backup_future`,
};
