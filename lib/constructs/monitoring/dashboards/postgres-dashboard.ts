import type { RuleContext } from '../rules/rule';
import { is, type Matchers, matches, noneOf, select } from '../rules/selector';
import { databasePods, databaseVolumes, scrapeJobs } from '../scrape-endpoints';
import { containerPanels, restarts, volumes } from './container-panels';
import { type DashboardDefinition, multiValueVariable, type Row } from './dashboard';
import { logRows, logsVariables } from './log-panels';
import { stat, timeSeries, wholeIsGood, worseBelow, worseFrom } from './panels';
import { increase, inEnvironment, rate, share } from './queries';

/** Series of the whole server. */
const server: Matchers = inEnvironment(scrapeJobs.postgres);

/** Series of the selected databases. */
const databases: Matchers = { ...server, datname: matches('$database') };

/** Open connections of all users. */
const connections = `sum(${select('pg_stat_activity_count', server)})`;

/** Connections available to services: some are reserved for superusers. */
const connectionLimit =
  `(max(${select('pg_settings_max_connections', server)})` +
  ` - max(${select('pg_settings_superuser_reserved_connections', server)}))`;

/** Open connections as a share of their limit. */
export const connectionShare = share(connections, connectionLimit);

/** Age of the oldest open transaction by database and state. An idle connection has no open transaction. */
const oldestTransactions = select('pg_stat_activity_max_tx_duration', {
  ...databases,
  state: matches('active|idle in transaction.*'),
});

const hits = `sum(${rate('pg_stat_database_blks_hit', databases)})`;
const misses = `sum(${rate('pg_stat_database_blks_read', databases)})`;

/** Share of reads that needed no disk access. */
const hitShare = share(hits, `(${hits} + ${misses})`);

/** Databases without the templates and without the entry for objects that all databases share. */
const ownDatabases = { ...server, datname: noneOf(['template0', 'template1', '']) };

/** PostgreSQL: connections, transactions, cache, locks, writes, backup, and resource usage. */
export function postgresDashboard(
  database: Pick<RuleContext['database'], 'backup' | 'cluster'>,
  { logs, servers }: Pick<RuleContext, 'logs' | 'servers'>,
): DashboardDefinition {
  const { backup, cluster } = database;
  const pods = databasePods(database);
  return {
    uid: 'postgres-overview',
    title: 'PostgreSQL',
    description: 'The database: availability, workload, and how close it is to its limits.',
    environmentOf: [scrapeJobs.postgres],
    variables: [
      multiValueVariable({
        name: 'database',
        label: 'Database',
        description: 'The databases of the server.',
        query: `label_values(${select('pg_stat_database_xact_commit', ownDatabases)}, datname)`,
      }),
      ...logsVariables({ logs, servers }),
    ],
    annotations: [],
    rows: [
      state,
      connectionRow,
      workRow,
      contentionRow,
      writeRow,
      ...(cluster === 'none' ? [] : [serversRow]),
      ...(backup === 'none' ? [] : [backupRow]),
      { title: 'Pod', panels: containerPanels(pods, servers) },
      { title: 'Disk and restarts', panels: [volumes(databaseVolumes(database)), restarts(pods)] },
      ...logRows(logs, { app: is(cluster === 'none' ? scrapeJobs.postgres : cluster.name), pods }),
    ],
  };
}

const clusterServers = inEnvironment(scrapeJobs.databaseCluster);
const walFiles = (state: string) =>
  select('cnpg_collector_pg_wal_archive_status', { ...clusterServers, value: is(state) });

const serversRow: Row = {
  title: 'Servers',
  panels: [
    stat('Servers up', 'Servers that respond, the primary among them.', {
      unit: 'short',
      queries: { up: `sum(${select('cnpg_collector_up', clusterServers)})` },
    }),
    stat('Synchronous standbys', 'Standbys that confirm commits. With none, every write waits.', {
      unit: 'short',
      queries: {
        standbys: `max(${select('cnpg_collector_sync_replicas', { ...clusterServers, value: is('observed') })})`,
      },
      colors: wholeIsGood,
    }),
    stat('Nodes', 'Nodes that the servers run on.', {
      unit: 'short',
      queries: { nodes: `max(${select('cnpg_collector_nodes_used', clusterServers)})` },
    }),
    timeSeries('Replication lag', 'How far each standby is behind the primary.', {
      unit: 's',
      queries: { '{{pod}}': select('cnpg_pg_replication_lag', clusterServers) },
    }),
    timeSeries(
      'Log files waiting for the archive',
      'Files of write-ahead log that are not in the bucket yet. A growing number means that archiving fails.',
      { unit: 'short', queries: { '{{pod}}': walFiles('ready') } },
    ),
    timeSeries('Age of the latest base backup', 'Time since the latest base backup in the bucket.', {
      unit: 's',
      queries: {
        age: `time() - max(${select('barman_cloud_cloudnative_pg_io_last_available_backup_timestamp', clusterServers)})`,
      },
    }),
  ],
};

const state: Row = {
  title: 'State',
  panels: [
    stat('Available', 'Whether the exporter can query the server.', {
      unit: 'bool_yes_no',
      queries: { '{{pod}}': select('pg_up', server) },
      colors: wholeIsGood,
    }),
    stat('Uptime', 'Time since the server started.', {
      unit: 's',
      queries: { '{{pod}}': `time() - ${select('pg_postmaster_start_time_seconds', server)}` },
    }),
    stat(
      'Connections of limit',
      'Open connections, as a share of those available to services. At 100 % services cannot connect.',
      { unit: 'percentunit', queries: { used: connectionShare }, colors: worseFrom(0.7, 0.85) },
    ),
    stat(
      'Oldest transaction',
      'Age of the oldest open transaction. It holds locks and prevents vacuum from removing old rows.',
      { unit: 's', queries: { oldest: `max(${oldestTransactions})` }, colors: worseFrom(60, 300) },
    ),
    stat(
      'Cache hits',
      'Share of reads that needed no disk access. Below 98 % the memory is too small for what is read.',
      { unit: 'percentunit', queries: { hits: hitShare }, colors: worseBelow(0.98, 0.9) },
    ),
    stat('Size', 'Size of the database on disk.', {
      unit: 'bytes',
      queries: { '{{datname}}': select('pg_database_size_bytes', databases) },
    }),
  ],
};

const connectionRow: Row = {
  title: 'Connections',
  panels: [
    timeSeries(
      'Connections by state',
      'Connections by state. Idle in transaction means that a client keeps a transaction open without using it.',
      {
        unit: 'short',
        stacked: true,
        queries: { '{{state}}': `sum by (state) (${select('pg_stat_activity_count', databases)})` },
      },
    ),
    timeSeries(
      'Connections and their limit',
      'All connections of the server. The limit excludes those reserved for superusers.',
      { unit: 'short', queries: { open: connections, limit: connectionLimit } },
    ),
    timeSeries(
      'Oldest transaction by state',
      'Age of the oldest transaction. Active is a slow query. Idle in transaction is a client that did not commit.',
      { unit: 's', queries: { '{{datname}} {{state}}': `max by (datname, state) (${oldestTransactions})` } },
    ),
  ],
};

const workRow: Row = {
  title: 'Workload',
  panels: [
    timeSeries('Transactions', 'Commits and rollbacks per second. Many rollbacks mean errors in a service.', {
      unit: 'ops',
      queries: {
        commits: `sum(${rate('pg_stat_database_xact_commit', databases)})`,
        rollbacks: `sum(${rate('pg_stat_database_xact_rollback', databases)})`,
      },
    }),
    timeSeries('Rows', 'Rows per second. If far more rows are returned than fetched, whole tables are scanned.', {
      unit: 'cps',
      queries: {
        returned: `sum(${rate('pg_stat_database_tup_returned', databases)})`,
        fetched: `sum(${rate('pg_stat_database_tup_fetched', databases)})`,
        inserted: `sum(${rate('pg_stat_database_tup_inserted', databases)})`,
        updated: `sum(${rate('pg_stat_database_tup_updated', databases)})`,
        deleted: `sum(${rate('pg_stat_database_tup_deleted', databases)})`,
      },
    }),
    timeSeries('Cache hits', 'Share of reads that needed no disk access.', {
      unit: 'percentunit',
      max: 1,
      queries: { hits: hitShare },
    }),
  ],
};

const contentionRow: Row = {
  title: 'Contention',
  panels: [
    timeSeries('Deadlocks', 'Transactions that PostgreSQL ended because two waited for each other.', {
      unit: 'short',
      queries: {
        '{{datname}}': `sum by (datname) (${increase('pg_stat_database_deadlocks', databases)})`,
      },
    }),
    timeSeries('Locks by mode', 'Locks held. Exclusive locks that stay block all other clients.', {
      unit: 'short',
      queries: { '{{mode}}': `sum by (mode) (${select('pg_locks_count', databases)}) > 0` },
    }),
    timeSeries('Temporary files', 'Bytes written to disk by sorts and joins that did not fit into work_mem.', {
      unit: 'binBps',
      queries: { '{{datname}}': `sum by (datname) (${rate('pg_stat_database_temp_bytes', databases)})` },
    }),
  ],
};

const writeRow: Row = {
  title: 'Writes',
  panels: [
    timeSeries('Checkpoints', 'Requested checkpoints mean that max_wal_size is too small for what is written.', {
      unit: 'short',
      queries: {
        timed: `sum(${increase('pg_stat_bgwriter_checkpoints_timed_total', server)})`,
        requested: `sum(${increase('pg_stat_bgwriter_checkpoints_req_total', server)})`,
      },
    }),
    timeSeries('Buffers written', 'Buffers written by backends mean that queries waited for a free buffer.', {
      unit: 'cps',
      queries: {
        'by checkpoints': `sum(${rate('pg_stat_bgwriter_buffers_checkpoint_total', server)})`,
        'by the background writer': `sum(${rate('pg_stat_bgwriter_buffers_clean_total', server)})`,
        'by backends': `sum(${rate('pg_stat_bgwriter_buffers_backend_total', server)})`,
      },
    }),
    timeSeries('Write-ahead log', 'Size of the write-ahead log on disk.', {
      unit: 'bytes',
      queries: { '{{pod}}': select('pg_wal_size_bytes', server) },
    }),
  ],
};

const backups = inEnvironment(scrapeJobs.backup);

const backupRow: Row = {
  title: 'Backup',
  panels: [
    timeSeries('Age of the latest backup', 'Time since the latest verified backup.', {
      unit: 's',
      queries: { age: `time() - max(${select('postgres_backup_last_success_timestamp_seconds', backups)})` },
    }),
    timeSeries('Backup size', 'Size of the dump, and of the database when it was dumped.', {
      unit: 'bytes',
      queries: {
        dump: `max(${select('postgres_backup_size_bytes', backups)})`,
        database: `max(${select('postgres_backup_database_size_bytes', backups)})`,
      },
    }),
    timeSeries('Backup duration', 'Duration of the latest backup, verification included.', {
      unit: 's',
      queries: { duration: `max(${select('postgres_backup_duration_seconds', backups)})` },
    }),
  ],
};
