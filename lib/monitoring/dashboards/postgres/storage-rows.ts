import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { increase, rate } from '../promql';
import { databases, server } from './series';

/** Where transactions stand in each other's way. */
export const contentionRow: Row = {
  title: 'Contention',
  panels: [
    graph({
      title: 'Deadlocks',
      description: 'Transactions that were ended because two waited for each other.',
      unit: 'short',
      queries: {
        '{{datname}}': `sum by (datname) (${increase('pg_stat_database_deadlocks', databases)})`,
      },
    }),
    graph({
      title: 'Locks by mode',
      description: 'Locks held. Exclusive ones that stay keep everybody else waiting.',
      unit: 'short',
      queries: { '{{mode}}': `sum by (mode) (${select('pg_locks_count', databases)}) > 0` },
    }),
    graph({
      title: 'Temporary files',
      description: 'Sorts and joins that did not fit into work_mem and went to disk.',
      unit: 'binBps',
      queries: { '{{datname}}': `sum by (datname) (${rate('pg_stat_database_temp_bytes', databases)})` },
    }),
  ],
};

/** What reaches the disk. */
export const writeRow: Row = {
  title: 'Writes',
  panels: [
    graph({
      title: 'Checkpoints',
      description: 'Requested ones mean that max_wal_size is small for what is written.',
      unit: 'short',
      queries: {
        timed: `sum(${increase('pg_stat_bgwriter_checkpoints_timed_total', server)})`,
        requested: `sum(${increase('pg_stat_bgwriter_checkpoints_req_total', server)})`,
      },
    }),
    graph({
      title: 'Buffers written',
      description: 'Written by backends means that a query had to wait for a buffer to become free.',
      unit: 'cps',
      queries: {
        'by checkpoints': `sum(${rate('pg_stat_bgwriter_buffers_checkpoint_total', server)})`,
        'by the background writer': `sum(${rate('pg_stat_bgwriter_buffers_clean_total', server)})`,
        'by backends': `sum(${rate('pg_stat_bgwriter_buffers_backend_total', server)})`,
      },
    }),
    graph({
      title: 'Write-ahead log',
      description: 'Bytes of the write-ahead log that are kept on disk.',
      unit: 'bytes',
      queries: { '{{pod}}': select('pg_wal_size_bytes', server) },
    }),
  ],
};
