import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { increase } from '../promql';
import { server } from './series';

/** What the memory holds. */
export const memoryRow: Row = {
  title: 'Memory',
  panels: [
    graph({
      title: 'Memory',
      description: 'Memory in use, what keys and values may take (maxmemory), and what the process takes of the node.',
      unit: 'bytes',
      queries: {
        used: select('redis_memory_used_bytes', server),
        maximum: select('redis_memory_max_bytes', server),
        resident: select('redis_memory_used_rss_bytes', server),
      },
    }),
    graph({
      title: 'Keys',
      description: 'Keys by database, and those among them that expire: only these can be evicted.',
      unit: 'short',
      queries: {
        '{{db}}': `${select('redis_db_keys', server)} > 0`,
        '{{db}} that expire': `${select('redis_db_keys_expiring', server)} > 0`,
      },
    }),
    graph({
      title: 'Keys gone',
      description: 'Expired ones have served their time; evicted ones had to make room.',
      unit: 'short',
      queries: {
        expired: increase('redis_expired_keys_total', server),
        evicted: increase('redis_evicted_keys_total', server),
      },
    }),
  ],
};

/** What of it is on disk. */
export const persistenceRow: Row = {
  title: 'Persistence',
  panels: [
    graph({
      title: 'Append-only file',
      description: 'Whether the last write and the last rewrite of the append-only file succeeded.',
      unit: 'bool_yes_no',
      max: 1,
      queries: {
        write: select('redis_aof_last_write_status', server),
        rewrite: select('redis_aof_last_bgrewrite_status', server),
      },
    }),
    graph({
      title: 'Duration of rewrites',
      description: 'How long the last rewrite of the append-only file took.',
      unit: 's',
      // -1 until there was one.
      queries: { '{{pod}}': `${select('redis_aof_last_rewrite_duration_sec', server)} >= 0` },
    }),
    graph({
      title: 'Copied for rewrites',
      description: 'Memory that the last rewrite copied because it was written to meanwhile: needed besides maxmemory.',
      unit: 'bytes',
      queries: { '{{pod}}': select('redis_aof_last_cow_size_bytes', server) },
    }),
  ],
};
