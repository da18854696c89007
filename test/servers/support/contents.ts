import { database } from '../../constructs/postgres/support/stores';
import type { Pod } from './pod';
import { asSuperuser } from './postgres';

/** Data of many kinds, made by the services' role, and a second role with rights to some of it. */
const made = `
CREATE ROLE reporter CONNECTION LIMIT 7;
ALTER ROLE reporter SET work_mem = '8MB';
GRANT pg_read_all_settings TO reporter;
GRANT CONNECT ON DATABASE ${database.name} TO reporter;
CREATE ROLE "Chief ""1""" SUPERUSER CREATEROLE LOGIN NOINHERIT VALID UNTIL '2030-01-01 00:00+01';
COMMENT ON ROLE "Chief ""1""" IS 'it''s';
GRANT reporter TO "Chief ""1""" WITH ADMIN OPTION;
GRANT TEMPORARY ON DATABASE ${database.name} TO reporter WITH GRANT OPTION;
GRANT TEMPORARY ON DATABASE ${database.name} TO "Chief ""1""";
SET ROLE reporter;
GRANT TEMPORARY ON DATABASE ${database.name} TO "Chief ""1""";
RESET ROLE;
ALTER DATABASE ${database.name} SET search_path = "Odd, Schema", public, archive;
ALTER DATABASE ${database.name} SET app.tenant = 'it''s = \\1';
ALTER DATABASE ${database.name} SET log_min_duration_statement = '10min';
ALTER DATABASE ${database.name} SET timezone = 'Europe/Paris';
ALTER DATABASE ${database.name} CONNECTION LIMIT 42;
COMMENT ON DATABASE ${database.name} IS 'it''s ours';
ALTER ROLE reporter IN DATABASE ${database.name} SET search_path = '';
ALTER ROLE ${database.user} IN DATABASE ${database.name} SET statement_timeout = '170s';
SET ROLE ${database.user};
CREATE EXTENSION pg_trgm;
CREATE SCHEMA archive;
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE tracks (id serial PRIMARY KEY, title text NOT NULL, length interval DEFAULT '3 minutes', UNIQUE (title));
INSERT INTO tracks (title) SELECT 'track ' || n FROM generate_series(1, 2000) AS n;
CREATE INDEX ON tracks USING gin (title gin_trgm_ops);
CREATE TABLE types (j jsonb, b bytea, t timestamptz, a int[], m mood, n numeric, x text);
INSERT INTO types VALUES
  ('{"a": [1, null]}', '\\x00ff', '2026-11-25 10:00+01', '{1,2}', 'high', 1.5, E'tab\\tline\\n'),
  (NULL, NULL, 'infinity', '{}', 'low', 'NaN', ''), (NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('1', '', NULL, NULL, NULL, 0, 'é');
CREATE TABLE "Odd Name" ("Column" int);
INSERT INTO "Odd Name" VALUES (1);
CREATE TABLE archive.old (n int);
INSERT INTO archive.old VALUES (1);
ALTER TABLE archive.old ENABLE ROW LEVEL SECURITY;
ALTER TABLE archive.old FORCE ROW LEVEL SECURITY;
CREATE POLICY no_access ON archive.old USING (false);
CREATE VIEW titles AS SELECT title FROM tracks;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM tracks;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
GRANT SELECT ON titles, tracks TO reporter;
SELECT lo_from_bytea(4711, 'large');
RESET ROLE;
ALTER TABLE "Odd Name" SET TABLESPACE elsewhere;
`;

/** A place that no other server has. */
const elsewhere = ['-c', 'SET allow_in_place_tablespaces = on', '-c', "CREATE TABLESPACE elsewhere LOCATION ''"];

/** Fills the database. */
export async function fill(pod: Pod): Promise<void> {
  await pod.container('postgres').exec(['psql', '-X', '-U', 'postgres', ...elsewhere]);
  const output = await asSuperuser(pod, made, database.name);
  if (/ERROR/.test(output)) throw new Error(output);
  await reconcile(pod);
}

/** Gives services their grants on what is new, as they get them when the server starts again. */
export async function reconcile(pod: Pod): Promise<void> {
  const script = 'set -eu; . /etc/postgres/reconcile.sh; reconcile';
  const { code, output } = await pod.container('roles').exec(['sh', '-c', script]);
  if (code !== 0) throw new Error(output);
}

/** Does what a backup is for. */
export async function damage(pod: Pod): Promise<void> {
  const done = `DELETE FROM tracks WHERE id > 10; DROP VIEW titles; DROP TABLE types; SELECT lo_unlink(4711);
    REVOKE SELECT ON tracks FROM reporter; REVOKE CONNECT ON DATABASE ${database.name} FROM reporter`;
  await asSuperuser(pod, done, database.name);
}

/** What the database holds, and whose it is: name -> question. */
const questions = {
  rows: "SELECT query_to_xml('SELECT * FROM tracks ORDER BY id', true, false, ''), query_to_xml('SELECT * FROM types ORDER BY n', true, false, '')",
  others:
    'SELECT (SELECT sum(n) FROM archive.old), (SELECT sum("Column") FROM "Odd Name"), (SELECT count FROM counted), twice(21)',
  large: "SELECT convert_from(lo_get(oid), 'UTF8'), lomowner::regrole FROM pg_largeobject_metadata",
  sequence: 'SELECT last_value, is_called FROM tracks_id_seq',
  objects:
    "SELECT relname, relkind, relowner::regrole, ARRAY(SELECT unnest(relacl)::text ORDER BY 1) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname IN ('public', 'archive') ORDER BY relname",
  extensions: 'SELECT extname, extowner::regrole FROM pg_extension ORDER BY extname',
  policies:
    'SELECT polname, polqual IS NOT NULL, relforcerowsecurity FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid',
  database:
    "SELECT datdba::regrole, datconnlimit, shobj_description(oid, 'pg_database'), (SELECT string_agg(DISTINCT format('%s %s %s', grantee::regrole, privilege_type, is_grantable), ', ') FROM aclexplode(datacl)) FROM pg_database WHERE datname = current_database()",
  settings:
    'SELECT setrole::regrole, setting FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase CROSS JOIN unnest(setconfig) AS setting WHERE datname = current_database() ORDER BY setrole::regrole::text, setting',
};

/** Everything that the database holds, each part under its name; nothing where a part is gone. */
export async function contents(pod: Pod): Promise<string> {
  const commands = Object.entries(questions).flatMap(([name, question]) => [
    '-c',
    `\\echo --- ${name}`,
    '-c',
    question,
  ]);
  const psql = `exec psql -XAt -U postgres -d ${database.name} "$@" 2>/dev/null`;
  return (await pod.container('postgres').exec(['sh', '-c', psql, 'psql', ...commands])).output;
}

/** Every role with what it may do, what it is a member of, and its settings. */
export async function rolesOf(pod: Pod): Promise<string> {
  const roles =
    "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls, rolconnlimit, nullif(rolvaliduntil, 'infinity'), rolconfig, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";
  const members =
    'SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members ORDER BY roleid::regrole::text, member::regrole::text';
  return `${await asSuperuser(pod, roles)}\n${await asSuperuser(pod, members)}`;
}
