import type { AlertCase, QuietCase } from '../alert-case';

const target =
  'job="redis-proxy", namespace="veza-production", pod="redis-proxy-a", instance="redis-proxy-a", node="node-1"';
const namespace = { severity: 'warning', namespace: 'veza-production' };
const connected =
  'redis_connected_slaves{job="redis", namespace="veza-production", pod="redis-0", instance="redis-0", node="node-1"}';

/** Healthy servers of a backend of the proxy. */
function backend(name: string): string {
  return `haproxy_backend_active_servers{${target}, proxy="${name}"}`;
}

const noPrimary = [
  {
    labels: namespace,
    summary: 'The cache has no primary',
    description: 'No server in veza-production is the primary for two sentinels, so the cache refuses all clients.',
  },
];

/** All is well: server 0 is the primary, and all sentinels say so. */
const well = {
  [backend('primary-0')]: '1x30',
  [backend('primary-1')]: '0x30',
  [backend('agreement-0')]: '3x30',
  [backend('agreement-1')]: '0x30',
};

export const replicatedCacheCases: readonly AlertCase[] = [
  {
    alert: 'CacheNoPrimary',
    when: 'no server says it is the primary',
    series: { ...well, [backend('primary-0')]: '1x4 0x20' },
    minute: 6,
    fires: noPrimary,
    below: { [backend('primary-0')]: '1x4 0 1x20' },
  },
  {
    alert: 'CacheNoPrimary',
    when: 'one says it, and two sentinels name another',
    series: { ...well, [backend('agreement-0')]: '3x4 1x20', [backend('agreement-1')]: '0x4 2x20' },
    minute: 6,
    fires: noPrimary,
    below: { [backend('primary-1')]: '1x20' },
  },
  {
    alert: 'CacheFailover',
    when: 'another server became the primary',
    series: { ...well, [backend('primary-0')]: '1x4 0x20', [backend('primary-1')]: '0x4 1x20' },
    minute: 5,
    fires: [
      {
        labels: namespace,
        summary: 'The cache lost its primary for some seconds',
        description: 'The primary of the cache in veza-production was replaced, or was away for a moment.',
      },
    ],
    below: { [backend('primary-0')]: '1x30', [backend('primary-1')]: '0x30' },
  },
  {
    alert: 'CacheReplicasMissing',
    when: 'a replica does not follow the primary',
    series: { [connected]: '2x4 1x30' },
    minute: 15,
    fires: [
      {
        labels: namespace,
        summary: 'The cache has too few replicas',
        description: 'The primary in veza-production has 1 of 2 replicas. Without any it refuses writes.',
      },
    ],
    below: { [connected]: '2x4 1x8 2x20' },
  },
  {
    alert: 'SentinelsDisagree',
    when: 'a sentinel names another primary, or none',
    series: { ...well, [backend('agreement-0')]: '3x4 2x30' },
    minute: 15,
    fires: [
      {
        labels: namespace,
        summary: 'The sentinels of the cache do not agree',
        description:
          '2 of 3 sentinels in veza-production agree on the primary. With fewer than 2 there is no failover.',
      },
    ],
    below: { [backend('agreement-0')]: '3x4 2x8 3x20' },
  },
];

export const replicatedCacheQuiet: readonly QuietCase[] = [
  {
    alert: 'CacheNoPrimary',
    when: 'one of the proxies sees no primary, and the other does',
    series: {
      ...well,
      'haproxy_backend_active_servers{job="redis-proxy", namespace="veza-production", pod="redis-proxy-b", proxy="primary-0"}':
        '0x30',
      'haproxy_backend_active_servers{job="redis-proxy", namespace="veza-production", pod="redis-proxy-b", proxy="agreement-0"}':
        '0x30',
    },
    minutes: [10],
  },
];
