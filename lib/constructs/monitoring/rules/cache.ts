import { scrapeJobs } from '../scrape-endpoints';
import { is, matches, select, storeDown } from './promql';
import { type Alert, type RuleContext, warn } from './rule';

/** Alerts on an in-cluster Redis. */
export function makeCacheAlerts(input: RuleContext): Alert[] {
  const server = { job: is(scrapeJobs.redis), namespace: is(input.namespace) };
  return [
    // It does not page: if users are affected, ErrorBudgetBurn pages.
    warn('RedisDown', '2m', {
      expr: storeDown(input.namespace, scrapeJobs.redis, 'redis_up'),
      summary: 'Redis is down',
      description: 'Redis in {{ $labels.namespace }} has not responded for 2 minutes, or responds only intermittently.',
    }),
    // A maxmemory of 0 means that there is no limit.
    warn('RedisMemoryHigh', '15m', {
      expr: `${select('redis_memory_used_bytes', server)} / (${select('redis_memory_max_bytes', server)} > 0) > 0.9`,
      summary: 'Redis is almost out of memory',
      description:
        'Redis uses {{ $value | humanizePercentage }} of its maxmemory. At 100% it evicts keys or rejects writes.',
    }),
    warn('RedisConnectionsRejected', '1m', {
      expr: `increase(${select('redis_rejected_connections_total', server)}[5m]) > 0`,
      summary: 'Redis rejects connections',
      description: 'Redis rejected {{ $value | humanize }} connections in 5 minutes because maxclients is reached.',
    }),
    // The append-only file is the only data of Redis that survives a restart; it takes no snapshots.
    warn('RedisPersistenceFailing', '5m', {
      expr: `${select('redis_aof_last_write_status', server)} == 0
or
${select('redis_aof_last_bgrewrite_status', server)} == 0`,
      summary: 'Redis cannot write to its disk',
      description: 'The last write or rewrite of the append-only file failed. A restart would lose data.',
    }),
  ];
}

/** Alerts on the servers, sentinels and proxies of a replicated cache, which RedisDown sees only together. */
export function makeReplicatedCacheAlerts(input: RuleContext): Alert[] {
  const agreed = `label_replace(${selectHealthy(input, 'agreement')}, "proxy", "primary-$1", "proxy", "agreement-(.+)")`;
  const servers = { job: is(scrapeJobs.redis), namespace: is(input.namespace) };
  return [
    // It does not page: if users are affected, ErrorBudgetBurn pages.
    warn('CacheNoPrimary', '1m', {
      expr: `max by (namespace) (
  ${selectHealthy(input, 'primary')} * on (namespace, pod, proxy) (${agreed} >= bool 2)
) == 0`,
      summary: 'The cache has no primary',
      description:
        'No server in {{ $labels.namespace }} is the primary for two sentinels, so the cache refuses all clients.',
    }),
    warn('CacheFailover', '0m', {
      expr: `sum by (namespace) (max by (namespace, proxy) (changes(${selectHealthy(input, 'primary')}[10m]))) > 1`,
      summary: 'The cache lost its primary for some seconds',
      description: 'The primary of the cache in {{ $labels.namespace }} was replaced, or was away for a moment.',
    }),
    warn('CacheReplicasMissing', '10m', {
      expr: `max by (namespace) (${select('redis_connected_slaves', servers)}) < 2`,
      summary: 'The cache has too few replicas',
      description:
        'The primary in {{ $labels.namespace }} has {{ $value | humanize }} of 2 replicas. Without any it refuses writes.',
    }),
    warn('SentinelsDisagree', '10m', {
      expr: `max by (namespace) (${selectHealthy(input, 'agreement')}) < 3`,
      summary: 'The sentinels of the cache do not agree',
      description:
        '{{ $value | humanize }} of 3 sentinels in {{ $labels.namespace }} agree on the primary. With fewer than 2 there is no failover.',
    }),
  ];
}

/** Servers of the proxy's backends by their health checks: `primary` or `agreement`, one backend for each server. */
function selectHealthy({ namespace }: RuleContext, backend: 'primary' | 'agreement'): string {
  const proxies = { job: is(scrapeJobs.redisProxy), namespace: is(namespace), proxy: matches(`${backend}-.+`) };
  return select('haproxy_backend_active_servers', proxies);
}
