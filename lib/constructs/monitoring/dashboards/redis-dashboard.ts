import type { InClusterCache } from '../../../platform/settings/cache';
import { is, type Matchers, matches, select } from '../rules/promql';
import type { RuleContext } from '../rules/rule';
import { scrapeJobs } from '../scrape-endpoints';
import { makeContainerPanels, makeRestartsPanel, makeVolumesPanel } from './container-panels';
import type { DashboardDefinition } from './dashboard';
import { makeLogRows, makeLogsVariables } from './log-panels';
import { limitedShare, type Panel, stat, timeSeries, worseFrom, yesIsGood, yesOrNo } from './panels';
import { increase, inEnvironment, rate, share } from './queries';

/** Series of the server. */
const server: Matchers = inEnvironment(scrapeJobs.redis);

/** Memory in use, as a share of the maximum for keys and values. */
export const memoryShare = share(select('redis_memory_used_bytes', server), select('redis_memory_max_bytes', server));

const hits = rate('redis_keyspace_hits_total', server);
const misses = rate('redis_keyspace_misses_total', server);

/** Share of lookups that found their key. */
const hitShare = share(hits, `(${hits} + ${misses})`);

const pods = 'redis-[0-9]+';

/** Redis: memory, commands, clients, persistence, and resource usage. */
export function makeRedisDashboard(
  kind: InClusterCache['kind'],
  { logs, servers }: Pick<RuleContext, 'logs' | 'servers'>,
): DashboardDefinition {
  return {
    uid: 'redis-overview',
    title: 'Redis',
    description: 'The cache: availability, workload, and how close it is to its limits.',
    environmentOf: [scrapeJobs.redis],
    variables: makeLogsVariables({ logs, servers }),
    annotations: [],
    rows: {
      State: statePanels,
      Memory: memoryPanels,
      Commands: commandPanels,
      Clients: clientPanels,
      Persistence: persistencePanels,
      ...(kind === 'replicated' ? { Replication: replicationPanels } : {}),
      Pod: makeContainerPanels(pods, servers),
      'Disk and restarts': [makeVolumesPanel('data-redis-[0-9]+'), makeRestartsPanel(pods)],
      ...makeLogRows(logs, { app: is(scrapeJobs.redis), pods }),
    },
  };
}

const proxy: Matchers = inEnvironment(scrapeJobs.redisProxy);

const replicationPanels: readonly Panel[] = [
  timeSeries('Primary', 'Servers that say they are the primary, as a proxy sees them: one, at any time.', 'short', {
    '{{proxy}}': `max by (proxy) (${select('haproxy_backend_active_servers', { ...proxy, proxy: matches('primary-.+') })})`,
  }),
  timeSeries('Sentinels', 'Sentinels that name a server as the primary. Two of three decide.', 'short', {
    '{{proxy}}': `max by (proxy) (${select('haproxy_backend_active_servers', { ...proxy, proxy: matches('agreement-.+') })})`,
  }),
  timeSeries('Replicas', 'Replicas that a server has. Without one, the primary refuses writes.', 'short', {
    '{{pod}}': select('redis_connected_slaves', server),
  }),
  timeSeries('Connections of the proxies', 'Open connections of clients, and the most that a proxy accepts.', 'short', {
    '{{pod}} open': select('haproxy_frontend_current_sessions', { ...proxy, proxy: is('redis') }),
    '{{pod}} maximum': select('haproxy_frontend_limit_sessions', { ...proxy, proxy: is('redis') }),
  }),
];

const statePanels: readonly Panel[] = [
  stat('Available', 'Whether the exporter can query the server.', yesIsGood, { '{{pod}}': select('redis_up', server) }),
  stat('Uptime', 'Time since the server started.', 's', { '{{pod}}': select('redis_uptime_in_seconds', server) }),
  stat(
    'Memory of maximum',
    'Memory in use, as a share of maxmemory. At 100 % keys are evicted or writes are rejected.',
    worseFrom(0.8, 0.95),
    { '{{pod}}': memoryShare },
  ),
  stat(
    'Clients of maximum',
    'Connected clients, as a share of maxclients. At 100 % new connections are rejected.',
    worseFrom(0.7, 0.9),
    { '{{pod}}': share(select('redis_connected_clients', server), select('redis_max_clients', server)) },
  ),
  stat('Hits', 'Share of lookups that found their key.', 'percentunit', { '{{pod}}': hitShare }),
  stat(
    'Writes persisted',
    'Whether the last write to the append-only file succeeded. Otherwise a restart loses data.',
    yesIsGood,
    { '{{pod}}': select('redis_aof_last_write_status', server) },
  ),
];

const commandPanels: readonly Panel[] = [
  timeSeries(
    'Commands',
    'Commands per second, by name.',
    { unit: 'ops', stacked: true },
    { '{{cmd}}': `sum by (cmd) (${rate('redis_commands_total', server)}) > 0` },
  ),
  timeSeries('Time by command', 'Mean duration of a command on the server. A slow command blocks all others.', 's', {
    '{{cmd}}': share(
      `sum by (cmd) (${rate('redis_commands_duration_seconds_total', server)})`,
      `sum by (cmd) (${rate('redis_commands_total', server)})`,
    ),
  }),
  timeSeries('Hits', 'Share of lookups that found their key.', limitedShare, { '{{pod}}': hitShare }),
];

const clientPanels: readonly Panel[] = [
  timeSeries('Clients', 'Connected clients, and those that wait for a list or a stream.', 'short', {
    '{{pod}} connected': select('redis_connected_clients', server),
    '{{pod}} blocked': select('redis_blocked_clients', server),
    '{{pod}} maximum': select('redis_max_clients', server),
  }),
  timeSeries('Rejected connections', 'Connections that were rejected because maxclients was reached.', 'short', {
    '{{pod}}': increase('redis_rejected_connections_total', server),
  }),
  timeSeries('Network', 'Bytes received and sent per second.', 'binBps', {
    received: rate('redis_net_input_bytes_total', server),
    sent: rate('redis_net_output_bytes_total', server),
  }),
];

const memoryPanels: readonly Panel[] = [
  timeSeries(
    'Memory',
    'Memory in use, the limit for keys and values (maxmemory), and the resident memory of the process.',
    'bytes',
    {
      used: select('redis_memory_used_bytes', server),
      maximum: select('redis_memory_max_bytes', server),
      resident: select('redis_memory_used_rss_bytes', server),
    },
  ),
  timeSeries('Keys', 'Keys by database, and those with an expiry. Only keys with an expiry can be evicted.', 'short', {
    '{{db}}': `${select('redis_db_keys', server)} > 0`,
    '{{db}} with expiry': `${select('redis_db_keys_expiring', server)} > 0`,
  }),
  timeSeries('Removed keys', 'Keys that reached their expiry, and keys that were evicted to free memory.', 'short', {
    expired: increase('redis_expired_keys_total', server),
    evicted: increase('redis_evicted_keys_total', server),
  }),
];

const persistencePanels: readonly Panel[] = [
  timeSeries(
    'Append-only file',
    'Whether the last write and the last rewrite of the append-only file succeeded.',
    yesOrNo,
    {
      write: select('redis_aof_last_write_status', server),
      rewrite: select('redis_aof_last_bgrewrite_status', server),
    },
  ),
  timeSeries('Duration of rewrites', 'How long the last rewrite of the append-only file took.', 's', {
    // -1 until there was one.
    '{{pod}}': `${select('redis_aof_last_rewrite_duration_sec', server)} >= 0`,
  }),
  timeSeries(
    'Memory copied for rewrites',
    'Memory that the last rewrite copied because it changed in the meantime. It is needed in addition to maxmemory.',
    'bytes',
    { '{{pod}}': select('redis_aof_last_cow_size_bytes', server) },
  ),
];
