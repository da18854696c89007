import { jobs } from '../../jobs';
import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { inEnvironment } from '../promql';

const backups = inEnvironment(jobs.backup);

/** What there is to restore. */
export const backupRow: Row = {
  title: 'Backup',
  panels: [
    graph({
      title: 'Age of the last backup',
      description: 'Time since the youngest backup that was verified.',
      unit: 's',
      queries: { age: `time() - max(${select('postgres_backup_last_success_timestamp_seconds', backups)})` },
    }),
    graph({
      title: 'Backup size',
      description: 'Bytes of the dump, and of the database that it was made of.',
      unit: 'bytes',
      queries: {
        dump: `max(${select('postgres_backup_size_bytes', backups)})`,
        database: `max(${select('postgres_backup_database_size_bytes', backups)})`,
      },
    }),
    graph({
      title: 'Backup duration',
      description: 'How long the last backup took, from its start until it was verified.',
      unit: 's',
      queries: { duration: `max(${select('postgres_backup_duration_seconds', backups)})` },
    }),
  ],
};
