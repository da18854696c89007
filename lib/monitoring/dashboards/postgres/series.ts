import { jobs } from '../../jobs';
import { type Matchers, matches, select } from '../../rules/selector';
import { inEnvironment, rate, share } from '../promql';

/** Series of the whole server. */
export const server: Matchers = inEnvironment(jobs.postgres);

/** Series of the databases that the reader has chosen. */
export const databases: Matchers = { ...server, datname: matches('$database') };

/** Open connections of all users. */
export const connections = `sum(${select('pg_stat_activity_count', server)})`;

/** Connections that the server grants to users: some are kept back for superusers. */
export const connectionLimit =
  `(max(${select('pg_settings_max_connections', server)})` +
  ` - max(${select('pg_settings_superuser_reserved_connections', server)}))`;

/** Open connections as a share of their limit. */
export const connectionShare = share(connections, connectionLimit);

/** Age of the oldest open transaction by database and state. Who is merely idle has no transaction open. */
export const oldestTransactions = select('pg_stat_activity_max_tx_duration', {
  ...databases,
  state: matches('active|idle in transaction.*'),
});

const hits = `sum(${rate('pg_stat_database_blks_hit', databases)})`;
const misses = `sum(${rate('pg_stat_database_blks_read', databases)})`;

/** Share of reads that needed no disk. */
export const hitShare = share(hits, `(${hits} + ${misses})`);
