import type { InClusterCache } from '../../../platform/settings/cache';
import type { RuleContext } from '../rules/rule';
import { is, type Matchers, matches, select } from '../rules/selector';
import { scrapeJobs } from '../scrape-endpoints';
import { containerPanels, restarts, volumes } from './container-panels';
import type { DashboardDefinition, Row } from './dashboard';
import { logRows, logsVariables } from './log-panels';
import { stat, timeSeries, wholeIsGood, worseFrom } from './panels';
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
export function redisDashboard(
  kind: InClusterCache['kind'],
  { logs, servers }: Pick<RuleContext, 'logs' | 'servers'>,
): DashboardDefinition {
  return {
    uid: 'redis-overview',
    title: 'Redis',
    description: 'The cache: availability, workload, and how close it is to its limits.',
    environmentOf: [scrapeJobs.redis],
    variables: logsVariables({ logs, servers }),
    annotations: [],
    rows: [
      state,
      memoryRow,
      commandRow,
      clientRow,
      persistenceRow,
      ...(kind === 'replicated' ? [replicationRow] : []),
      { title: 'Pod', panels: containerPanels(pods, servers) },
      { title: 'Disk and restarts', panels: [volumes('data-redis-[0-9]+'), restarts(pods)] },
      ...logRows(logs, { app: is(scrapeJobs.redis), pods }),
    ],
  };
}

const proxy: Matchers = inEnvironment(scrapeJobs.redisProxy);

const replicationRow: Row = {
  title: 'Replication',
  panels: [
    timeSeries('Primary', 'Servers that say they are the primary, as a proxy sees them: one, at any time.', {
      unit: 'short',
      queries: {
        '{{proxy}}': `max by (proxy) (${select('haproxy_backend_active_servers', { ...proxy, proxy: matches('primary-.+') })})`,
      },
    }),
    timeSeries('Sentinels', 'Sentinels that name a server as the primary. Two of three decide.', {
      unit: 'short',
      queries: {
        '{{proxy}}': `max by (proxy) (${select('haproxy_backend_active_servers', { ...proxy, proxy: matches('agreement-.+') })})`,
      },
    }),
    timeSeries('Replicas', 'Replicas that a server has. Without one, the primary refuses writes.', {
      unit: 'short',
      queries: { '{{pod}}': select('redis_connected_slaves', server) },
    }),
    timeSeries('Connections of the proxies', 'Open connections of clients, and the most that a proxy accepts.', {
      unit: 'short',
      queries: {
        '{{pod}} open': select('haproxy_frontend_current_sessions', { ...proxy, proxy: is('redis') }),
        '{{pod}} maximum': select('haproxy_frontend_limit_sessions', { ...proxy, proxy: is('redis') }),
      },
    }),
  ],
};

const state: Row = {
  title: 'State',
  panels: [
    stat('Available', 'Whether the exporter can query the server.', {
      unit: 'bool_yes_no',
      queries: { '{{pod}}': select('redis_up', server) },
      colors: wholeIsGood,
    }),
    stat('Uptime', 'Time since the server started.', {
      unit: 's',
      queries: { '{{pod}}': select('redis_uptime_in_seconds', server) },
    }),
    stat(
      'Memory of maximum',
      'Memory in use, as a share of maxmemory. At 100 % keys are evicted or writes are rejected.',
      { unit: 'percentunit', queries: { '{{pod}}': memoryShare }, colors: worseFrom(0.8, 0.95) },
    ),
    stat('Clients of maximum', 'Connected clients, as a share of maxclients. At 100 % new connections are rejected.', {
      unit: 'percentunit',
      queries: { '{{pod}}': share(select('redis_connected_clients', server), select('redis_max_clients', server)) },
      colors: worseFrom(0.7, 0.9),
    }),
    stat('Hits', 'Share of lookups that found their key.', { unit: 'percentunit', queries: { '{{pod}}': hitShare } }),
    stat(
      'Writes persisted',
      'Whether the last write to the append-only file succeeded. Otherwise a restart loses data.',
      {
        unit: 'bool_yes_no',
        queries: { '{{pod}}': select('redis_aof_last_write_status', server) },
        colors: wholeIsGood,
      },
    ),
  ],
};

const commandRow: Row = {
  title: 'Commands',
  panels: [
    timeSeries('Commands', 'Commands per second, by name.', {
      unit: 'ops',
      stacked: true,
      queries: { '{{cmd}}': `sum by (cmd) (${rate('redis_commands_total', server)}) > 0` },
    }),
    timeSeries('Time by command', 'Mean duration of a command on the server. A slow command blocks all others.', {
      unit: 's',
      queries: {
        '{{cmd}}': share(
          `sum by (cmd) (${rate('redis_commands_duration_seconds_total', server)})`,
          `sum by (cmd) (${rate('redis_commands_total', server)})`,
        ),
      },
    }),
    timeSeries('Hits', 'Share of lookups that found their key.', {
      unit: 'percentunit',
      max: 1,
      queries: { '{{pod}}': hitShare },
    }),
  ],
};

const clientRow: Row = {
  title: 'Clients',
  panels: [
    timeSeries('Clients', 'Connected clients, and those that wait for a list or a stream.', {
      unit: 'short',
      queries: {
        '{{pod}} connected': select('redis_connected_clients', server),
        '{{pod}} blocked': select('redis_blocked_clients', server),
        '{{pod}} maximum': select('redis_max_clients', server),
      },
    }),
    timeSeries('Rejected connections', 'Connections that were rejected because maxclients was reached.', {
      unit: 'short',
      queries: { '{{pod}}': increase('redis_rejected_connections_total', server) },
    }),
    timeSeries('Network', 'Bytes received and sent per second.', {
      unit: 'binBps',
      queries: {
        received: rate('redis_net_input_bytes_total', server),
        sent: rate('redis_net_output_bytes_total', server),
      },
    }),
  ],
};

const memoryRow: Row = {
  title: 'Memory',
  panels: [
    timeSeries(
      'Memory',
      'Memory in use, the limit for keys and values (maxmemory), and the resident memory of the process.',
      {
        unit: 'bytes',
        queries: {
          used: select('redis_memory_used_bytes', server),
          maximum: select('redis_memory_max_bytes', server),
          resident: select('redis_memory_used_rss_bytes', server),
        },
      },
    ),
    timeSeries('Keys', 'Keys by database, and those with an expiry. Only keys with an expiry can be evicted.', {
      unit: 'short',
      queries: {
        '{{db}}': `${select('redis_db_keys', server)} > 0`,
        '{{db}} with expiry': `${select('redis_db_keys_expiring', server)} > 0`,
      },
    }),
    timeSeries('Removed keys', 'Keys that reached their expiry, and keys that were evicted to free memory.', {
      unit: 'short',
      queries: {
        expired: increase('redis_expired_keys_total', server),
        evicted: increase('redis_evicted_keys_total', server),
      },
    }),
  ],
};

const persistenceRow: Row = {
  title: 'Persistence',
  panels: [
    timeSeries('Append-only file', 'Whether the last write and the last rewrite of the append-only file succeeded.', {
      unit: 'bool_yes_no',
      max: 1,
      queries: {
        write: select('redis_aof_last_write_status', server),
        rewrite: select('redis_aof_last_bgrewrite_status', server),
      },
    }),
    timeSeries('Duration of rewrites', 'How long the last rewrite of the append-only file took.', {
      unit: 's',
      // -1 until there was one.
      queries: { '{{pod}}': `${select('redis_aof_last_rewrite_duration_sec', server)} >= 0` },
    }),
    timeSeries(
      'Memory copied for rewrites',
      'Memory that the last rewrite copied because it changed in the meantime. It is needed in addition to ' +
        'maxmemory.',
      { unit: 'bytes', queries: { '{{pod}}': select('redis_aof_last_cow_size_bytes', server) } },
    ),
  ],
};
