import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { rate } from '../promql';
import { connectionLimit, connections, databases, hitShare, oldestTransactions } from './series';

/** Who is connected, and for how long. */
export const connectionRow: Row = {
  title: 'Connections',
  panels: [
    graph({
      title: 'Connections by state',
      description: 'Idle in transaction means that a client has left a transaction open.',
      unit: 'short',
      stacked: true,
      queries: { '{{state}}': `sum by (state) (${select('pg_stat_activity_count', databases)})` },
    }),
    graph({
      title: 'Connections and their limit',
      description: 'All connections of the server; the limit leaves out those reserved for superusers.',
      unit: 'short',
      queries: { open: connections, limit: connectionLimit },
    }),
    graph({
      title: 'Oldest transaction by state',
      description:
        'Age of the oldest transaction. Active is a slow query, idle in transaction a client that forgot it.',
      unit: 's',
      queries: { '{{datname}} {{state}}': `max by (datname, state) (${oldestTransactions})` },
    }),
  ],
};

/** What the server does for them. */
export const workRow: Row = {
  title: 'Work',
  panels: [
    graph({
      title: 'Transactions',
      description: 'Commits and rollbacks in a second. Many rollbacks are errors of a service.',
      unit: 'ops',
      queries: {
        commits: `sum(${rate('pg_stat_database_xact_commit', databases)})`,
        rollbacks: `sum(${rate('pg_stat_database_xact_rollback', databases)})`,
      },
    }),
    graph({
      title: 'Rows',
      description: 'Rows in a second. Far more returned than fetched are scans of whole tables.',
      unit: 'cps',
      queries: {
        returned: `sum(${rate('pg_stat_database_tup_returned', databases)})`,
        fetched: `sum(${rate('pg_stat_database_tup_fetched', databases)})`,
        inserted: `sum(${rate('pg_stat_database_tup_inserted', databases)})`,
        updated: `sum(${rate('pg_stat_database_tup_updated', databases)})`,
        deleted: `sum(${rate('pg_stat_database_tup_deleted', databases)})`,
      },
    }),
    graph({
      title: 'Cache hits',
      description: 'Share of reads that needed no disk.',
      unit: 'percentunit',
      max: 1,
      queries: { hits: hitShare },
    }),
  ],
};
