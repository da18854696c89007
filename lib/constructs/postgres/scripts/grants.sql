-- The database, its schemas, and what each service may do in them. The owner owns all of it. A service has a schema of its
-- name, where it reads and writes. All other schemas that are not the server's own are shared: public, and those that an
-- older release or a person made. Large objects are in no schema, and count as shared.
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"name" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO postgres_exporter;
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', :'name', role)
FROM jsonb_to_recordset(:'logins') AS login (role text)
WHERE role <> :'owner' \gexec
-- What a role makes that acts as the owner is the owner's, so that the release before finds it as its own.
SELECT format('ALTER ROLE %I IN DATABASE %I ', role, :'name')
  || CASE WHEN access ->> 'kind' = 'acting' THEN format('SET role TO %L', :'owner') ELSE 'RESET role' END,
  format('ALTER ROLE %I IN DATABASE %I ', role, :'name')
  || CASE WHEN access ->> 'shared' = 'write' THEN 'SET lo_compat_privileges TO on' ELSE 'RESET lo_compat_privileges' END
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE role <> :'owner' \gexec

\connect :"name"
-- The lock of another database orders nothing here. Sessions see the grants of before or those of after.
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('roles'));
-- As in a database that PostgreSQL 15 made: the schema belongs to the database owner, and no other role can create in it.
DO $$
BEGIN
  IF to_regnamespace('public') IS NOT NULL THEN
    ALTER SCHEMA public OWNER TO pg_database_owner;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT ALL ON SCHEMA public TO pg_database_owner;
  END IF;
END
$$;
-- A client that resets its sessions (DISCARD ALL) makes things in its own name.
SELECT format('REASSIGN OWNED BY %I TO %I', role, :'owner')
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE access ->> 'kind' = 'acting' \gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %I', role), format('ALTER SCHEMA %I OWNER TO %I', role, :'owner')
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE access ->> 'kind' = 'service' \gexec

-- Every service with every schema, and what it may do there. Extensions keep their own grants: a backup cannot hold others.
CREATE TEMPORARY TABLE allowed ON COMMIT DROP AS
WITH service AS (
  SELECT role, access
  FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
  WHERE access ->> 'kind' = 'service'
)
SELECT role, nspname AS schema, pg_namespace.oid AS namespace, CASE
    WHEN nspname = role THEN 'write'
    WHEN nspname IN (SELECT role FROM service) THEN CASE WHEN access -> 'reads' ? nspname::text THEN 'read' ELSE 'none' END
    ELSE access ->> 'shared'
  END AS level
FROM service
CROSS JOIN pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend
    WHERE classid = 'pg_namespace'::regclass AND objid = pg_namespace.oid AND deptype = 'e'
  );

CREATE TEMPORARY TABLE object ON COMMIT DROP AS
SELECT relnamespace AS namespace, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
  string_agg(format('%I.%I', nspname, relname), ', ' ORDER BY relname) AS names
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
GROUP BY 1, 2;

CREATE TEMPORARY TABLE privilege (level text, kind text, list text) ON COMMIT DROP;
INSERT INTO privilege VALUES
  ('read', 'TABLE', 'SELECT'), ('write', 'TABLE', 'SELECT, INSERT, UPDATE, DELETE'),
  ('read', 'SEQUENCE', 'SELECT'), ('write', 'SEQUENCE', 'SELECT, USAGE, UPDATE');

SELECT format('REVOKE ALL ON SCHEMA %I FROM %I', schema, role) FROM allowed \gexec
SELECT format('REVOKE ALL ON %s %s FROM %I', kind, names, role) FROM allowed JOIN object USING (namespace) \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON %s FROM %I', :'owner', schema, kind, role)
FROM allowed CROSS JOIN (VALUES ('TABLES'), ('SEQUENCES')) AS each (kind) \gexec

SELECT format('GRANT USAGE ON SCHEMA %I TO %I', schema, role) FROM allowed WHERE level <> 'none' \gexec
SELECT format('GRANT %s ON %s %s TO %I', list, kind, names, role)
FROM allowed JOIN object USING (namespace) JOIN privilege USING (level, kind) \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON %sS TO %I', :'owner', schema, list, kind, role)
FROM allowed JOIN privilege USING (level) \gexec
COMMIT;
