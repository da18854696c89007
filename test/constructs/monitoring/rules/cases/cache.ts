import type { AlertCase, QuietCase } from '../alert-case';

const server = 'namespace="veza-production", job="redis", pod="redis-0", instance="redis-0", node="node-1"';
const labels = {
  severity: 'warning',
  namespace: 'veza-production',
  job: 'redis',
  pod: 'redis-0',
  instance: 'redis-0',
  node: 'node-1',
};
const ready =
  'kube_statefulset_status_replicas_ready{job="kube-state-metrics", namespace="veza-production", statefulset="redis"}';
const down = [
  {
    labels: { severity: 'warning', namespace: 'veza-production' },
    summary: 'Redis is down',
    description: 'Redis in veza-production has not responded for 2 minutes, or responds only intermittently.',
  },
];

export const cacheCases: readonly AlertCase[] = [
  {
    alert: 'RedisDown',
    when: 'the server does not answer its exporter',
    series: { [`redis_up{${server}}`]: '1x4 0x10', [ready]: '1x20' },
    minute: 7,
    fires: down,
    below: { [`redis_up{${server}}`]: '1x4 0x1 1x10' },
  },
  {
    alert: 'RedisDown',
    when: 'its pod is not ready',
    series: { [ready]: '1x4 0x10' },
    minute: 7,
    fires: down,
    below: { [ready]: '1x4 0x1 1x10' },
  },
  {
    alert: 'RedisDown',
    when: 'it is down for half of every four minutes',
    series: { [`redis_up{${server}}`]: '1x9 0 0 1 1 0 0 1 1 0 0 1 1 0 0 1 1', [ready]: '1x30' },
    minute: 16,
    fires: down,
    below: { [`redis_up{${server}}`]: '1x9 0 0 1x8 0 0 1x8' },
  },
  {
    alert: 'RedisMemoryHigh',
    when: 'it has used nearly all of its maxmemory',
    series: { [`redis_memory_used_bytes{${server}}`]: '91x20', [`redis_memory_max_bytes{${server}}`]: '100x20' },
    minute: 15,
    fires: [
      {
        labels,
        summary: 'Redis is almost out of memory',
        description: 'Redis uses 91% of its maxmemory. At 100% it evicts keys or rejects writes.',
      },
    ],
    below: { [`redis_memory_used_bytes{${server}}`]: '90x20' },
  },
  {
    alert: 'RedisConnectionsRejected',
    when: 'clients find no room',
    series: { [`redis_rejected_connections_total{${server}}`]: '0+3x20' },
    minute: 2,
    fires: [
      {
        labels,
        summary: 'Redis rejects connections',
        description: 'Redis rejected 6 connections in 5 minutes because maxclients is reached.',
      },
    ],
    below: { [`redis_rejected_connections_total{${server}}`]: '3x20' },
  },
  ...['write', 'bgrewrite'].map((work) => ({
    alert: 'RedisPersistenceFailing',
    when: `the last ${work} of its file failed`,
    series: {
      [`redis_aof_last_write_status{${server}}`]: '1x20',
      [`redis_aof_last_bgrewrite_status{${server}}`]: '1x20',
      [`redis_aof_last_${work}_status{${server}}`]: '0x20',
    },
    minute: 5,
    fires: [
      {
        labels,
        summary: 'Redis cannot write to its disk',
        description: 'The last write or rewrite of the append-only file failed. A restart would lose data.',
      },
    ],
    below: { [`redis_aof_last_${work}_status{${server}}`]: '0x4 1x20' },
  })),
];

export const cacheQuiet: readonly QuietCase[] = [
  {
    alert: 'RedisMemoryHigh',
    when: 'there is no maxmemory to run out of',
    series: { [`redis_memory_used_bytes{${server}}`]: '91x40', [`redis_memory_max_bytes{${server}}`]: '0x40' },
    minutes: [30],
  },
];
