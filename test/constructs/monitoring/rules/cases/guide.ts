import type { GuideCase } from '../alert-case';
import { everything, jobLabels, targetSeries } from '../rule-inputs';

const api = 'namespace="veza-production", job="veza-backend-api", pod="a"';
const database = 'namespace="veza-production", job="postgres", instance="postgres-0", datname="veza_production"';
const redis = 'namespace="veza-production", job="redis", instance="redis-0"';
const image =
  'job="node-exporter", node="node-1", instance="node-1", device="/dev/loop0", fstype="squashfs", mountpoint="/snap"';
const disk =
  'job="node-exporter", node="node-1", instance="node-1", device="/dev/sda1", fstype="ext4", mountpoint="/var"';
const rare = (le: string) => `http_request_duration_seconds_bucket{${api}, path="/report", le="${le}"}`;
const usual = (le: string) => `http_request_duration_seconds_bucket{${api}, path="/", le="${le}"}`;

/** Where the deployment guide's rules report what does not exist, or miss what does. Expressions as in the guide. */
export const guideCases: readonly GuideCase[] = [
  {
    alert: 'HighErrorRate',
    defect: 'divides each series of failures by itself, so that 0.09 % are all',
    expr: 'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.05',
    series: {
      [`http_requests_total{${api}, status="200"}`]: '0+9991x10',
      [`http_requests_total{${api}, status="500"}`]: '0+9x10',
    },
    minute: 9,
    yields: { [`{${api}, status="500"}`]: 1 },
    ours: { alert: 'HighErrorRate', fires: [] },
  },
  {
    alert: 'HighResponseTime',
    defect: 'takes each path of each pod for itself, so that one rare slow request is a slow service',
    expr: 'histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 0.5',
    series: {
      [`http_requests_total{${api}, status="200"}`]: '0+1001x10',
      [usual('0.5')]: '0+1000x10',
      [usual('1.0')]: '0+1000x10',
      [usual('+Inf')]: '0+1000x10',
      [rare('0.5')]: '0+0x10',
      [rare('1.0')]: '0+1x10',
      [rare('+Inf')]: '0+1x10',
    },
    minute: 9,
    yields: { [`{${api}, path="/report"}`]: 0.975 },
    ours: { alert: 'HighResponseTime', fires: [] },
  },
  {
    alert: 'DatabaseSlowQueries',
    defect: 'reads a gauge as a histogram, and sees no transaction of 15 minutes',
    expr: 'histogram_quantile(0.95, rate(pg_stat_activity_max_tx_duration{datname="veza_production"}[5m])) > 10',
    series: { [`pg_stat_activity_max_tx_duration{${database}, state="active"}`]: '0+60x20' },
    minute: 15,
    yields: {},
    ours: {
      alert: 'DatabaseSlowQueries',
      fires: [
        {
          labels: { severity: 'warning', namespace: 'veza-production', datname: 'veza_production' },
          summary: 'A transaction in veza_production runs for too long',
          description: 'The oldest active transaction in veza_production started 15m 0s ago.',
        },
      ],
    },
  },
  {
    alert: 'DatabaseConnectionsHigh',
    defect: 'looks at each state for itself, and sees none of 180 connections out of 200',
    expr: 'pg_stat_activity_count{datname="veza_production"} > 150',
    series: {
      [`pg_stat_activity_count{${database}, state="active"}`]: '90x10',
      [`pg_stat_activity_count{${database}, state="idle"}`]: '90x10',
      'pg_settings_max_connections{namespace="veza-production", job="postgres", instance="postgres-0"}': '200x10',
      'pg_settings_superuser_reserved_connections{namespace="veza-production", job="postgres", instance="postgres-0"}':
        '3x10',
    },
    minute: 9,
    yields: {},
    ours: {
      alert: 'DatabaseConnectionsHigh',
      fires: [
        {
          labels: { severity: 'warning', namespace: 'veza-production', instance: 'postgres-0' },
          summary: 'PostgreSQL is almost out of connections',
          description: '91.37% of the connections available to services are in use.',
        },
      ],
    },
  },
  {
    alert: 'ServiceDown',
    defect: 'knows of no target that is gone',
    expr: 'up == 0',
    series: {
      ...Object.fromEntries(everything.jobs.map(({ name }) => [targetSeries('up', name), '1x20'])),
      [targetSeries('up', 'veza-backend-api')]: '1x4 stale',
    },
    minute: 15,
    yields: {},
    ours: {
      alert: 'TargetsMissing',
      fires: [
        {
          labels: { severity: 'critical', ...jobLabels('veza-backend-api') },
          summary: 'Prometheus finds no targets of veza-backend-api',
          description:
            'Job veza-backend-api has had no targets for 5 minutes: its pods do not exist, or Prometheus cannot ' +
            'discover them.',
        },
      ],
    },
  },
  {
    alert: 'DiskSpaceFilling',
    defect: 'takes an image, which is always full, for a disk',
    expr: '(node_filesystem_size_bytes - node_filesystem_free_bytes) / node_filesystem_size_bytes > 0.85',
    series: {
      [`node_filesystem_size_bytes{${image}}`]: '100x20',
      [`node_filesystem_free_bytes{${image}}`]: '0x20',
      [`node_filesystem_avail_bytes{${image}}`]: '0x20',
      [`node_filesystem_readonly{${image}}`]: '1x20',
    },
    minute: 15,
    yields: { [`{${image}}`]: 1 },
    ours: { alert: 'DiskSpaceFilling', fires: [] },
  },
  {
    alert: 'DiskSpaceFilling',
    defect: 'takes for free what is kept for root',
    expr: '(node_filesystem_size_bytes - node_filesystem_free_bytes) / node_filesystem_size_bytes > 0.85',
    series: {
      [`node_filesystem_size_bytes{${disk}}`]: '100x20',
      [`node_filesystem_free_bytes{${disk}}`]: '17x20',
      [`node_filesystem_avail_bytes{${disk}}`]: '12x20',
      [`node_filesystem_readonly{${disk}}`]: '0x20',
    },
    minute: 15,
    yields: {},
    ours: {
      alert: 'DiskSpaceFilling',
      fires: [
        {
          labels: {
            severity: 'warning',
            job: 'node-exporter',
            node: 'node-1',
            instance: 'node-1',
            device: '/dev/sda1',
            fstype: 'ext4',
            mountpoint: '/var',
          },
          summary: 'A disk of node node-1 is almost full',
          description: '/var of node-1 is 88% full.',
        },
      ],
    },
  },
  {
    alert: 'RedisMemoryHigh',
    defect: 'would divide by a maxmemory that is not set, had the guide such a rule',
    expr: 'redis_memory_used_bytes / redis_memory_max_bytes > 0.9',
    series: { [`redis_memory_used_bytes{${redis}}`]: '1x30', [`redis_memory_max_bytes{${redis}}`]: '0x30' },
    minute: 20,
    yields: { [`{${redis}}`]: Number.POSITIVE_INFINITY },
    ours: { alert: 'RedisMemoryHigh', fires: [] },
  },
];
