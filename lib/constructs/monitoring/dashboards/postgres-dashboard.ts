import { is, type Matchers, matches, noneOf, select } from '../rules/promql';
import type { RuleContext } from '../rules/rule';
import { matchDatabasePods, matchDatabaseVolumes, scrapeJobs } from '../scrape-endpoints';
import { makeContainerPanels, makeRestartsPanel, makeVolumesPanel } from './container-panels';
import { type DashboardDefinition, makeMultiValueVariable } from './dashboard';
import { makeLogRows, makeLogsVariables } from './log-panels';
import { limitedShare, oneIsGood, type Panel, stat, timeSeries, worseBelow, worseFrom, yesIsGood } from './panels';
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
export function makePostgresDashboard(
  database: Pick<RuleContext['database'], 'backup' | 'cluster'>,
  { logs, servers }: Pick<RuleContext, 'logs' | 'servers'>,
): DashboardDefinition {
  const { backup, cluster } = database;
  const pods = matchDatabasePods(database);
  return {
    uid: 'postgres-overview',
    title: 'PostgreSQL',
    description: 'The database: availability, workload, and how close it is to its limits.',
    environmentOf: [scrapeJobs.postgres],
    variables: [
      makeMultiValueVariable({
        name: 'database',
        label: 'Database',
        description: 'The databases of the server.',
        query: `label_values(${select('pg_stat_database_xact_commit', ownDatabases)}, datname)`,
      }),
      ...makeLogsVariables({ logs, servers }),
    ],
    annotations: [],
    rows: {
      State: statePanels,
      Connections: connectionPanels,
      Workload: workPanels,
      Contention: contentionPanels,
      Writes: writePanels,
      ...(cluster === 'none' ? {} : { Servers: serverPanels }),
      ...(backup === 'none' ? {} : { Backup: backupPanels }),
      Pod: makeContainerPanels(pods, servers),
      'Disk and restarts': [makeVolumesPanel(matchDatabaseVolumes(database)), makeRestartsPanel(pods)],
      ...makeLogRows(logs, { app: is(cluster === 'none' ? scrapeJobs.postgres : cluster.name), pods }),
    },
  };
}

const clusterServers = inEnvironment(scrapeJobs.databaseCluster);
const walFiles = (state: string) =>
  select('cnpg_collector_pg_wal_archive_status', { ...clusterServers, value: is(state) });

const serverPanels: readonly Panel[] = [
  stat('Servers up', 'Servers that respond, the primary among them.', 'short', {
    up: `sum(${select('cnpg_collector_up', clusterServers)})`,
  }),
  stat('Synchronous standbys', 'Standbys that confirm commits. With none, every write waits.', oneIsGood, {
    standbys: `max(${select('cnpg_collector_sync_replicas', { ...clusterServers, value: is('observed') })})`,
  }),
  stat('Nodes', 'Nodes that the servers run on.', 'short', {
    nodes: `max(${select('cnpg_collector_nodes_used', clusterServers)})`,
  }),
  timeSeries('Replication lag', 'How far each standby is behind the primary.', 's', {
    '{{pod}}': select('cnpg_pg_replication_lag', clusterServers),
  }),
  timeSeries(
    'Log files waiting for the archive',
    'Files of write-ahead log that are not in the bucket yet. A growing number means that archiving fails.',
    'short',
    { '{{pod}}': walFiles('ready') },
  ),
  timeSeries('Age of the latest base backup', 'Time since the latest base backup in the bucket.', 's', {
    age: `time() - max(${select('barman_cloud_cloudnative_pg_io_last_available_backup_timestamp', clusterServers)})`,
  }),
];

const statePanels: readonly Panel[] = [
  stat('Available', 'Whether the exporter can query the server.', yesIsGood, { '{{pod}}': select('pg_up', server) }),
  stat('Uptime', 'Time since the server started.', 's', {
    '{{pod}}': `time() - ${select('pg_postmaster_start_time_seconds', server)}`,
  }),
  stat(
    'Connections of limit',
    'Open connections, as a share of those available to services. At 100 % services cannot connect.',
    worseFrom(0.7, 0.85),
    { used: connectionShare },
  ),
  stat(
    'Oldest transaction',
    'Age of the oldest open transaction. It holds locks and prevents vacuum from removing old rows.',
    worseFrom(60, 300, 's'),
    { oldest: `max(${oldestTransactions})` },
  ),
  stat(
    'Cache hits',
    'Share of reads that needed no disk access. Below 98 % the memory is too small for what is read.',
    worseBelow(0.98, 0.9),
    { hits: hitShare },
  ),
  stat('Size', 'Size of the database on disk.', 'bytes', {
    '{{datname}}': select('pg_database_size_bytes', databases),
  }),
];

const connectionPanels: readonly Panel[] = [
  timeSeries(
    'Connections by state',
    'Connections by state. Idle in transaction means that a client keeps a transaction open without using it.',
    { unit: 'short', stacked: true },
    { '{{state}}': `sum by (state) (${select('pg_stat_activity_count', databases)})` },
  ),
  timeSeries(
    'Connections and their limit',
    'All connections of the server. The limit excludes those reserved for superusers.',
    'short',
    { open: connections, limit: connectionLimit },
  ),
  timeSeries(
    'Oldest transaction by state',
    'Age of the oldest transaction. Active is a slow query. Idle in transaction is a client that did not commit.',
    's',
    { '{{datname}} {{state}}': `max by (datname, state) (${oldestTransactions})` },
  ),
];

const workPanels: readonly Panel[] = [
  timeSeries('Transactions', 'Commits and rollbacks per second. Many rollbacks mean errors in a service.', 'ops', {
    commits: `sum(${rate('pg_stat_database_xact_commit', databases)})`,
    rollbacks: `sum(${rate('pg_stat_database_xact_rollback', databases)})`,
  }),
  timeSeries('Rows', 'Rows per second. If far more rows are returned than fetched, whole tables are scanned.', 'cps', {
    returned: `sum(${rate('pg_stat_database_tup_returned', databases)})`,
    fetched: `sum(${rate('pg_stat_database_tup_fetched', databases)})`,
    inserted: `sum(${rate('pg_stat_database_tup_inserted', databases)})`,
    updated: `sum(${rate('pg_stat_database_tup_updated', databases)})`,
    deleted: `sum(${rate('pg_stat_database_tup_deleted', databases)})`,
  }),
  timeSeries('Cache hits', 'Share of reads that needed no disk access.', limitedShare, { hits: hitShare }),
];

const contentionPanels: readonly Panel[] = [
  timeSeries('Deadlocks', 'Transactions that PostgreSQL ended because two waited for each other.', 'short', {
    '{{datname}}': `sum by (datname) (${increase('pg_stat_database_deadlocks', databases)})`,
  }),
  timeSeries('Locks by mode', 'Locks held. Exclusive locks that stay block all other clients.', 'short', {
    '{{mode}}': `sum by (mode) (${select('pg_locks_count', databases)}) > 0`,
  }),
  timeSeries('Temporary files', 'Bytes written to disk by sorts and joins that did not fit into work_mem.', 'binBps', {
    '{{datname}}': `sum by (datname) (${rate('pg_stat_database_temp_bytes', databases)})`,
  }),
];

const writePanels: readonly Panel[] = [
  timeSeries('Checkpoints', 'Requested checkpoints mean that max_wal_size is too small for what is written.', 'short', {
    timed: `sum(${increase('pg_stat_bgwriter_checkpoints_timed_total', server)})`,
    requested: `sum(${increase('pg_stat_bgwriter_checkpoints_req_total', server)})`,
  }),
  timeSeries('Buffers written', 'Buffers written by backends mean that queries waited for a free buffer.', 'cps', {
    'by checkpoints': `sum(${rate('pg_stat_bgwriter_buffers_checkpoint_total', server)})`,
    'by the background writer': `sum(${rate('pg_stat_bgwriter_buffers_clean_total', server)})`,
    'by backends': `sum(${rate('pg_stat_bgwriter_buffers_backend_total', server)})`,
  }),
  timeSeries('Write-ahead log', 'Size of the write-ahead log on disk.', 'bytes', {
    '{{pod}}': select('pg_wal_size_bytes', server),
  }),
];

const backups = inEnvironment(scrapeJobs.backup);

const backupPanels: readonly Panel[] = [
  timeSeries('Age of the latest backup', 'Time since the latest verified backup.', 's', {
    age: `time() - max(${select('postgres_backup_last_success_timestamp_seconds', backups)})`,
  }),
  timeSeries('Backup size', 'Size of the dump, and of the database when it was dumped.', 'bytes', {
    dump: `max(${select('postgres_backup_size_bytes', backups)})`,
    database: `max(${select('postgres_backup_database_size_bytes', backups)})`,
  }),
  timeSeries('Backup duration', 'Duration of the latest backup, verification included.', 's', {
    duration: `max(${select('postgres_backup_duration_seconds', backups)})`,
  }),
];
