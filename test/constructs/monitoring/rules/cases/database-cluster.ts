import type { AlertCase } from '../alert-case';

const server = (pod: string) => `namespace="veza-production", job="postgres-cluster", pod="${pod}", instance="${pod}"`;
const [first, second, third, recovered] = [
  server('postgres-cluster-1'),
  server('postgres-cluster-2'),
  server('postgres-cluster-3'),
  server('postgres-cluster-20261129t0115-1'),
];
const up = (labels: string) => `cnpg_collector_up{${labels}, cluster="postgres-cluster"}`;
const standbys = `cnpg_collector_sync_replicas{${first}, value="observed"}`;
const waiting = `cnpg_collector_pg_wal_archive_status{${first}, value="ready"}`;
const backup = (labels: string) => `barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${labels}}`;
const warning = { severity: 'warning', namespace: 'veza-production' };
const critical = { severity: 'critical', namespace: 'veza-production' };
const exporter = 'namespace="veza-production", job="postgres", pod="postgres-roles-1", instance="postgres-roles-1"';

const down = [
  {
    labels: critical,
    summary: 'PostgreSQL is down',
    description:
      'PostgreSQL in veza-production has accepted no connections for 2 minutes, or does so only intermittently.',
  },
];

export const databaseClusterCases: readonly AlertCase[] = [
  {
    alert: 'DatabaseInstanceMissing',
    when: 'a server has no series any more, though one of a recovery has',
    series: { [up(first)]: '1x30', [up(second)]: '1x30', [up(third)]: '1x4 stale', [up(recovered)]: '1x30' },
    minute: 15,
    fires: [
      {
        labels: warning,
        summary: 'A server of the database cluster is missing',
        description:
          'Only 2 of 3 database servers of veza-production are up. The database works, but the loss of another ' +
          'server may stop it.',
      },
    ],
    below: { [up(third)]: '1x4 stale _x4 1x20' },
  },
  {
    alert: 'DatabaseNotSynchronous',
    when: 'the primary has no standby that confirms',
    series: { [standbys]: '2x4 0x20', [`cnpg_collector_sync_replicas{${second}, value="observed"}`]: '0x30' },
    minute: 7,
    fires: [
      {
        labels: critical,
        summary: 'No standby of the database confirms commits',
        description:
          'The primary of veza-production has no synchronous standby: every write of the services waits until ' +
          'there is one again.',
      },
    ],
    below: { [standbys]: '2x4 1x20' },
  },
  {
    alert: 'DatabaseReplicationLag',
    when: 'one standby is more than a minute behind',
    series: { [`cnpg_pg_replication_lag{${second}}`]: '0x4 90x20', [`cnpg_pg_replication_lag{${third}}`]: '0x30' },
    minute: 10,
    fires: [
      {
        labels: { ...warning, pod: 'postgres-cluster-2' },
        summary: 'Standby postgres-cluster-2 lags behind',
        description:
          'Standby postgres-cluster-2 is 1m 30s behind the primary. It takes that long to become the primary.',
      },
    ],
    below: { [`cnpg_pg_replication_lag{${second}}`]: '0x4 60x20' },
  },
  {
    alert: 'DatabaseWalNotArchived',
    when: 'files pile up',
    series: { [waiting]: '0x4 11x20' },
    minute: 15,
    fires: [
      {
        labels: critical,
        summary: 'The log of the database does not reach the bucket',
        description:
          '11 files of write-ahead log in veza-production wait for the archive. The latest changes cannot be restored ' +
          'from the bucket, and once the volume of the log is full the database stops.',
      },
    ],
    below: { [waiting]: '0x4 10x20' },
  },
  {
    alert: 'DatabaseFenced',
    when: 'a server is fenced for longer than an intervention takes',
    series: { [`cnpg_collector_fencing_on{${third}}`]: '0x4 1x30', [`cnpg_collector_fencing_on{${first}}`]: '0x40' },
    minute: 20,
    fires: [
      {
        labels: { ...warning, pod: 'postgres-cluster-3' },
        summary: 'Database server postgres-cluster-3 is fenced',
        description:
          'The server in postgres-cluster-3 is stopped on purpose, by the annotation cnpg.io/fencedInstances.',
      },
    ],
    below: { [`cnpg_collector_fencing_on{${third}}`]: '0x4 1x10 0x20' },
  },
  {
    alert: 'DatabaseOnOneNode',
    when: 'a node has all of them',
    series: { [`cnpg_collector_nodes_used{${first}}`]: '3x4 1x30', [`cnpg_collector_nodes_used{${second}}`]: '-1x40' },
    minute: 20,
    fires: [
      {
        labels: warning,
        summary: 'All database servers run on one node',
        description: 'All database servers of veza-production run on one node, and would be lost with it.',
      },
    ],
    below: { [`cnpg_collector_nodes_used{${first}}`]: '3x4 2x30' },
  },
  {
    alert: 'DatabaseBaseBackupTooOld',
    when: 'there is none, and only a recovery beside it has one',
    series: { [backup(first)]: '0x200', [backup(recovered)]: `${120 * 60}x200` },
    minute: 2 * 60 + 1 + 60,
    fires: [
      {
        labels: critical,
        summary: 'The database cluster has no recent base backup',
        description:
          'veza-production has no base backup of the last 2 hours in the bucket: a recovery takes ever longer, or is ' +
          'impossible.',
      },
    ],
    below: { [backup(first)]: `0x150 ${150 * 60}x50` },
  },
];

/** What DatabaseDown means of a cluster. */
export const clusteredDatabaseCases: readonly AlertCase[] = [
  {
    alert: 'DatabaseDown',
    when: 'the Service routes to no server that answers',
    series: { [`pg_up{${exporter}}`]: '1x4 0x10', [`up{${first}}`]: '1x20' },
    minute: 7,
    fires: down,
    below: { [`pg_up{${exporter}}`]: '1x4 0x1 1x10' },
  },
  {
    alert: 'DatabaseDown',
    when: 'neither the exporter nor a server can be scraped',
    series: { [`up{${exporter}}`]: '1x4 0x20', [`up{${first}}`]: '1x4 0x20', [`pg_up{${exporter}}`]: '1x4 stale' },
    minute: 7,
    fires: down,
    below: { [`up{${first}}`]: '1x30' },
  },
];
