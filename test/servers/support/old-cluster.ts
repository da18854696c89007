import type { Pod } from './pod';

/** A volume as another hand left it: plain initdb, services with superuser's rights, no exporter, an open schema. */
const script = `set -eu
initdb --username=postgres >"$PGDATA.log"
postgres --single -D "$PGDATA" postgres <<'SQL'
CREATE ROLE veza_user SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS LOGIN PASSWORD 'old' VALID UNTIL '2020-01-01'
GRANT postgres, pg_execute_server_program TO veza_user
CREATE ROLE admin SUPERUSER LOGIN PASSWORD 'known'
CREATE DATABASE veza_production
SQL
postgres --single -D "$PGDATA" veza_production <<'SQL'
CREATE TABLE tracks AS SELECT 'kept' AS title
ALTER TABLE tracks OWNER TO veza_user
ALTER SCHEMA public OWNER TO postgres
GRANT CREATE ON SCHEMA public TO PUBLIC
SQL
rm "$PGDATA.log"
`;

/** Makes such a volume, in the place and as the UID of the pod's first container. */
export async function makeOldCluster(pod: Pod): Promise<void> {
  const { code, output } = await pod.start('initialize', ['sh', '-c', script]).end();
  if (code !== 0) throw new Error(`no old cluster could be made:\n${output}`);
}
