import { serverRoles } from '../../../platform/settings/database';
import { scrapeJobs } from '../scrape-endpoints';
import { clusterDown, is, isNot, matches, select, storeDown } from './promql';
import { type Alert, page, type RuleContext, warn } from './rule';

const notBackup = { usename: isNot(serverRoles.backup) };

/** Alerts on an in-cluster PostgreSQL. */
export function makeDatabaseAlerts(input: RuleContext): Alert[] {
  const server = { job: is(scrapeJobs.postgres), namespace: is(input.namespace) };
  const database = { ...server, datname: is(input.database.name) };
  const setting = (name: string) => `max by (namespace, instance) (${select(`pg_settings_${name}`, server)})`;
  const running = { ...database, state: is('active'), backend_type: isNot('autovacuum worker'), ...notBackup };
  const idle = { ...database, ...notBackup, state: matches('idle in transaction.*') };
  const pages = (name: string) =>
    `sum by (namespace, datname) (rate(${select(`pg_stat_database_blks_${name}`, database)}[15m]))`;
  return [
    // Down as services see it: the server does not respond, or its Service does not route to its pod.
    page('DatabaseDown', '2m', {
      expr:
        input.database.cluster === 'none'
          ? storeDown(input.namespace, scrapeJobs.postgres, 'pg_up')
          : clusterDown(input.namespace, 'pg_up'),
      summary: 'PostgreSQL is down',
      description:
        'PostgreSQL in {{ $labels.namespace }} has accepted no connections for 2 minutes, or does so only intermittently.',
    }),
    // Connections are counted in many series, by state, user and more. The reserve is for superusers only.
    warn('DatabaseConnectionsHigh', '2m', {
      expr: `sum by (namespace, instance) (${select('pg_stat_activity_count', server)})
/
(
  ${setting('max_connections')}
  -
  ${setting('superuser_reserved_connections')}
)
> 0.8`,
      summary: 'PostgreSQL is almost out of connections',
      description: '{{ $value | humanizePercentage }} of the connections available to services are in use.',
    }),
    // Without vacuum and backups, which take long and block no user.
    warn('DatabaseSlowQueries', '2m', {
      expr: `max by (namespace, datname) (${select('pg_stat_activity_max_tx_duration', running)}) > 60`,
      summary: 'A transaction in {{ $labels.datname }} runs for too long',
      description:
        'The oldest active transaction in {{ $labels.datname }} started {{ $value | humanizeDuration }} ago.',
    }),
    // Without backups, which hold a snapshot in one session while they dump in another.
    warn('DatabaseTransactionsIdle', '2m', {
      expr: `max by (namespace, datname) (${select('pg_stat_activity_max_tx_duration', idle)}) > 300`,
      summary: 'A transaction in {{ $labels.datname }} is open and idle',
      description:
        'A client of {{ $labels.datname }} has kept a transaction open for {{ $value | humanizeDuration }} without ' +
        'using it: its locks block other clients, and vacuum cannot remove old rows.',
    }),
    warn('DatabaseDeadlocks', '1m', {
      expr: `sum by (namespace, datname) (increase(${select('pg_stat_database_deadlocks', database)}[15m])) > 5`,
      summary: 'Transactions in {{ $labels.datname }} deadlock',
      description: 'PostgreSQL resolved {{ $value | humanize }} deadlocks in {{ $labels.datname }} in 15 minutes.',
    }),
    // Only above a hundred reads per second: in an idle database a few reads from disk mean nothing.
    warn('DatabaseCacheHitsLow', '30m', {
      expr: `${pages('hit')}
/ (
  ${pages('hit')}
  + ${pages('read')}
)
< 0.95
and
${pages('read')} > 100`,
      summary: '{{ $labels.datname }} reads too much from disk',
      description: 'Only {{ $value | humanizePercentage }} of the pages that queries read were in shared_buffers.',
    }),
  ];
}
