import type { AlertCase, QuietCase } from '../alert-case';

const server = 'namespace="veza-production", job="postgres", pod="postgres-0", instance="postgres-0"';
const database = `${server}, datname="veza_production"`;
const ready =
  'kube_statefulset_status_replicas_ready{job="kube-state-metrics", namespace="veza-production", ' +
  'statefulset="postgres"}';
const activity = (state: string, user: string) =>
  `pg_stat_activity_count{${database}, state="${state}", usename="${user}"}`;
const oldest = (state: string, backend = 'client backend') =>
  `pg_stat_activity_max_tx_duration{${database}, state="${state}", backend_type="${backend}"}`;
const labels = { severity: 'warning', namespace: 'veza-production', datname: 'veza_production' };
const limits = {
  [`pg_settings_max_connections{${server}}`]: '200x10',
  [`pg_settings_superuser_reserved_connections{${server}}`]: '3x10',
};
const down = [
  {
    labels: { severity: 'critical', namespace: 'veza-production' },
    summary: 'PostgreSQL is down',
    description:
      'PostgreSQL in veza-production has accepted no connections for 2 minutes, or does so only intermittently.',
  },
];

export const databaseCases: readonly AlertCase[] = [
  {
    alert: 'DatabaseDown',
    when: 'the server does not answer its exporter',
    series: { [`pg_up{${server}}`]: '1x4 0x10', [ready]: '1x20' },
    minute: 7,
    fires: down,
    below: { [`pg_up{${server}}`]: '1x4 0x1 1x10' },
  },
  {
    alert: 'DatabaseDown',
    when: 'its pod is not ready, be there a server in it or not',
    series: { [`pg_up{${server}}`]: '1x20', [ready]: '1x4 0x10' },
    minute: 7,
    fires: down,
    below: { [ready]: '1x4 0x1 1x10' },
  },
  {
    alert: 'DatabaseDown',
    when: 'it is down for half of every four minutes',
    series: { [`pg_up{${server}}`]: '1x9 0 0 1 1 0 0 1 1 0 0 1 1 0 0 1 1', [ready]: '1x30' },
    minute: 16,
    fires: down,
    below: { [`pg_up{${server}}`]: '1x9 0 0 1x8 0 0 1x8' },
  },
  {
    alert: 'DatabaseDown',
    when: 'its pod is ready for half of every four minutes',
    series: { [`pg_up{${server}}`]: '1x30', [ready]: '1x9 0 0 1 1 0 0 1 1 0 0 1 1 0 0 1 1' },
    minute: 16,
    fires: down,
    below: { [ready]: '1x30' },
  },
  {
    alert: 'DatabaseDown',
    when: 'its node is lost, and that of kube-state-metrics with it',
    series: { [`up{${server}}`]: '1x4 0x20', [`pg_up{${server}}`]: '1x4 stale', [ready]: '1x4 stale' },
    minute: 7,
    fires: down,
    below: { [ready]: '1x20' },
  },
  {
    alert: 'DatabaseConnectionsHigh',
    when: 'many connections in different states add up',
    series: {
      ...limits,
      [activity('active', 'veza_user')]: '60x10',
      [activity('idle', 'veza_user')]: '90x10',
      [activity('idle', 'postgres_exporter')]: '8x10',
    },
    minute: 2,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production', instance: 'postgres-0' },
        summary: 'PostgreSQL is almost out of connections',
        description: '80.2% of the connections available to services are in use.',
      },
    ],
    below: { [activity('idle', 'postgres_exporter')]: '7x10' },
  },
  {
    alert: 'DatabaseSlowQueries',
    when: 'a transaction works for minutes',
    series: { [oldest('active')]: '61x20' },
    minute: 2,
    fires: [
      {
        labels,
        summary: 'A transaction in veza_production runs for too long',
        description: 'The oldest active transaction in veza_production started 1m 1s ago.',
      },
    ],
    below: { [oldest('active')]: '60x20' },
  },
  {
    alert: 'DatabaseTransactionsIdle',
    when: 'a client forgets a transaction',
    series: { [oldest('idle in transaction')]: '301x20' },
    minute: 2,
    fires: [
      {
        labels,
        summary: 'A transaction in veza_production is open and idle',
        description:
          'A client of veza_production has kept a transaction open for 5m 1s without using it: its locks block ' +
          'other clients, and vacuum cannot remove old rows.',
      },
    ],
    below: { [oldest('idle in transaction')]: '300x20' },
  },
  {
    alert: 'DatabaseDeadlocks',
    when: 'there is a deadlock every minute',
    series: { [`pg_stat_database_deadlocks{${database}}`]: '0+1x20' },
    minute: 7,
    fires: [
      {
        labels,
        summary: 'Transactions in veza_production deadlock',
        description: 'PostgreSQL resolved 7 deadlocks in veza_production in 15 minutes.',
      },
    ],
    below: { [`pg_stat_database_deadlocks{${database}}`]: '0+1x5 5x20' },
  },
  {
    alert: 'DatabaseCacheHitsLow',
    when: 'one page in ten comes from disk',
    series: {
      [`pg_stat_database_blks_hit{${database}}`]: '0+90000x60',
      [`pg_stat_database_blks_read{${database}}`]: '0+10000x60',
    },
    minute: 40,
    fires: [
      {
        labels,
        summary: 'veza_production reads too much from disk',
        description: 'Only 90% of the pages that queries read were in shared_buffers.',
      },
    ],
    below: { [`pg_stat_database_blks_hit{${database}}`]: '0+200000x60' },
  },
];

export const databaseQuiet: readonly QuietCase[] = [
  {
    alert: 'DatabaseDown',
    when: 'it restarts once, and its exporter is silent meanwhile',
    series: { [`up{${server}}`]: '1x9 0 1x20', [`pg_up{${server}}`]: '1x9 _ 1x20', [ready]: '1x9 0 1x20' },
    minutes: [10, 11, 12, 13, 20],
  },
  {
    alert: 'DatabaseDown',
    when: 'its exporter alone does not answer',
    series: { [`up{${server}}`]: '1x4 0x20', [`pg_up{${server}}`]: '1x4 stale', [ready]: '1x30' },
    minutes: [8, 20],
  },
  {
    alert: 'DatabaseSlowQueries',
    when: 'vacuum works for an hour',
    series: { [oldest('active', 'autovacuum worker')]: '3600x20' },
    minutes: [10],
  },
  {
    alert: 'DatabaseCacheHitsLow',
    when: 'a database at rest reads its few pages from disk',
    series: {
      [`pg_stat_database_blks_hit{${database}}`]: '0+10x60',
      [`pg_stat_database_blks_read{${database}}`]: '0+10x60',
    },
    minutes: [50],
  },
];
