import { scrapeJobs } from '../scrape-endpoints';
import { is, matches, select } from './promql';
import { type Alert, type ObservedCluster, page, type RuleContext, warn } from './rule';

/**
 * Alerts on the servers and the archive of a database cluster. Only those of the Cluster that services reach are judged: a
 * recovery starts others beside it.
 */
export function makeDatabaseClusterAlerts({ namespace }: RuleContext, cluster: ObservedCluster): Alert[] {
  const { name, instances, maxAgeHours } = cluster;
  const servers = {
    job: is(scrapeJobs.databaseCluster),
    namespace: is(namespace),
    pod: matches(`${name}-[0-9]+`),
  };
  const observed = select('cnpg_collector_sync_replicas', { ...servers, value: is('observed') });
  const waiting = select('cnpg_collector_pg_wal_archive_status', { ...servers, value: is('ready') });
  const latest = select('barman_cloud_cloudnative_pg_io_last_available_backup_timestamp', servers);
  return [
    // A server that is gone has no series, so those that are up are counted.
    warn('DatabaseInstanceMissing', '10m', {
      expr: `sum by (namespace) (${select('cnpg_collector_up', servers)}) < ${instances}`,
      summary: 'A server of the database cluster is missing',
      description:
        `Only {{ $value | humanize }} of ${instances} database servers of {{ $labels.namespace }} are up. The database ` +
        'works, but the loss of another server may stop it.',
    }),
    // The primary counts the standbys that a commit may wait for; standbys count none.
    page('DatabaseNotSynchronous', '2m', {
      expr: `max by (namespace) (${observed}) < 1`,
      summary: 'No standby of the database confirms commits',
      description:
        'The primary of {{ $labels.namespace }} has no synchronous standby: every write of the services waits until ' +
        'there is one again.',
    }),
    warn('DatabaseReplicationLag', '5m', {
      expr: `max by (namespace, pod) (${select('cnpg_pg_replication_lag', servers)}) > 60`,
      summary: 'Standby {{ $labels.pod }} lags behind',
      description:
        'Standby {{ $labels.pod }} is {{ $value | humanizeDuration }} behind the primary. It takes that long to ' +
        'become the primary.',
    }),
    // Ten segments are 160 MiB that only the servers have.
    page('DatabaseWalNotArchived', '10m', {
      expr: `max by (namespace) (${waiting}) > 10`,
      summary: 'The log of the database does not reach the bucket',
      description:
        '{{ $value | humanize }} files of write-ahead log in {{ $labels.namespace }} wait for the archive. The latest ' +
        'changes cannot be restored from the bucket, and once the volume of the log is full the database stops.',
    }),
    warn('DatabaseFenced', '15m', {
      expr: `max by (namespace, pod) (${select('cnpg_collector_fencing_on', servers)}) == 1`,
      summary: 'Database server {{ $labels.pod }} is fenced',
      description: 'The server in {{ $labels.pod }} is stopped on purpose, by the annotation cnpg.io/fencedInstances.',
    }),
    // Servers that have not found out where they run say -1.
    warn('DatabaseOnOneNode', '15m', {
      expr: `max by (namespace) (${select('cnpg_collector_nodes_used', servers)}) == 1`,
      summary: 'All database servers run on one node',
      description: 'All database servers of {{ $labels.namespace }} run on one node, and would be lost with it.',
    }),
    // A Cluster without any base backup says 0. The metric of the operator itself stays 0 with the plugin.
    page('DatabaseBaseBackupTooOld', '1h', {
      expr: `time() - max by (namespace) (${latest}) > ${maxAgeHours * 3600}`,
      summary: 'The database cluster has no recent base backup',
      description:
        `{{ $labels.namespace }} has no base backup of the last ${maxAgeHours} hours in the bucket: a recovery takes ` +
        'ever longer, or is impossible.',
    }),
  ];
}
