-- The database, its schemas, and what each service may do in them. The owner owns all of it, but what is in the schema of a
-- service that makes its tables itself. A service has a schema of its name, where it reads and writes. All other schemas that
-- are not the server's own are shared: public, and those that an older release or a person made. Large objects are in no
-- schema, and count as shared unless such a service made them.
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
  || CASE WHEN access @> '{"kind": "service", "shared": "write"}'
  THEN 'SET lo_compat_privileges TO on' ELSE 'RESET lo_compat_privileges' END
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE role <> :'owner' \gexec
-- It stays when the service no longer makes tables itself, or the release before does not know of it: what it has made is
-- found. Schemas of other services are not on it: they could put functions there that it would call.
SELECT format('ALTER ROLE %I IN DATABASE %I SET search_path TO %I, public', role, :'name', role)
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE access ->> 'kind' = 'maker' \gexec

\connect :"name"
-- The lock of another database orders nothing here. Sessions see the grants of before or those of after.
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('roles'));
-- A table that changes hands must not keep its clients waiting behind one of them: the next run tries again.
SET LOCAL lock_timeout = '10s';
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
WHERE access ->> 'kind' IN ('service', 'maker') \gexec

-- What is in the schema of a service belongs to it if it makes its tables itself, even if a restore, a person or a release that
-- acted as the owner made them. Otherwise what it made belongs to the owner. Sequences of columns follow their tables.
SELECT format('ALTER %s %s OWNER TO %I', CASE classid
  WHEN 'pg_proc'::regclass THEN 'ROUTINE'
  WHEN 'pg_statistic_ext'::regclass THEN 'STATISTICS'
  ELSE upper(type)
END, identity, after)
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
CROSS JOIN LATERAL (
  VALUES ('maker', :'owner', role), ('service', role, :'owner')
) AS handover (kind, before, after)
JOIN pg_shdepend ON refclassid = 'pg_authid'::regclass AND refobjid = to_regrole(quote_ident(before))
  AND deptype = 'o' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = ANY ('{pg_class, pg_proc, pg_type, pg_operator, pg_opclass, pg_opfamily, pg_collation, pg_conversion,
    pg_ts_config, pg_ts_dict, pg_statistic_ext}'::regclass[])
CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) AS object
WHERE kind = access ->> 'kind' AND object.schema = quote_ident(role)
  AND NOT EXISTS (
    SELECT FROM pg_depend
    WHERE pg_depend.classid = pg_shdepend.classid AND pg_depend.objid = pg_shdepend.objid
      AND (deptype = 'e' OR deptype IN ('a', 'i') AND type = 'sequence')
  ) \gexec
-- They are in no schema: a restore lists them in a comment, which can be read without running what is in the database.
SELECT format('ALTER LARGE OBJECT %s OWNER TO %I', found[1], role)
FROM regexp_matches(obj_description(to_regnamespace('veza_restored'), 'pg_namespace'), '^(\d+) (.*)$', 'gn') AS found
JOIN jsonb_to_recordset(:'logins') AS login (role text, access jsonb) ON role = found[2]
WHERE access ->> 'kind' = 'maker' AND EXISTS (SELECT FROM pg_largeobject_metadata WHERE oid = found[1]::oid) \gexec
DROP SCHEMA IF EXISTS veza_restored;
SELECT format('COMMENT ON SCHEMA %I IS ''tables: own''', role)
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE access ->> 'kind' = 'maker' \gexec

-- Every service with every schema, who makes what is in that, and what the service may do there. Extensions keep their own
-- grants: a backup cannot hold others. The schema of a service that was removed is no shared one.
CREATE TEMPORARY TABLE allowed ON COMMIT DROP AS
WITH login AS (
  SELECT role, access, access ->> 'kind' AS kind
  FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
)
SELECT role, nspname AS schema, pg_namespace.oid AS namespace, maker, CASE
    WHEN nspname = role THEN 'write'
    WHEN isolated THEN CASE WHEN access -> 'reads' ? nspname::text THEN 'read' ELSE 'none' END
    ELSE access ->> 'shared'
  END AS level
FROM login
CROSS JOIN pg_namespace
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN EXISTS (SELECT FROM login WHERE login.role = nspname AND kind = 'maker') THEN nspname ELSE :'owner' END,
    EXISTS (SELECT FROM login WHERE login.role = nspname AND kind IN ('service', 'maker'))
      OR EXISTS (SELECT FROM pg_roles WHERE rolname = nspname)
        AND NOT EXISTS (SELECT FROM login WHERE login.role = nspname) AND nspname <> :'owner'
) AS place (maker, isolated)
WHERE kind IN ('service', 'maker') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
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
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', schema, role) FROM allowed WHERE level <> 'none' \gexec
SELECT format('GRANT CREATE ON SCHEMA %I TO %I', schema, role) FROM allowed WHERE role = maker \gexec

-- What a service owns is its own to grant. It may have granted more to others than they may read, which is revoked; to those
-- that may not use its schema that is of no use.
DELETE FROM allowed WHERE role = maker OR level = 'none' AND maker <> :'owner';
SELECT format('REVOKE ALL ON %s %s FROM %I CASCADE', kind, names, role) FROM allowed JOIN object USING (namespace) \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON %s FROM %I', maker, schema, kind, role)
FROM allowed CROSS JOIN (VALUES ('TABLES'), ('SEQUENCES')) AS each (kind) \gexec
SELECT format('GRANT %s ON %s %s TO %I', list, kind, names, role)
FROM allowed JOIN object USING (namespace) JOIN privilege USING (level, kind) \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON %sS TO %I', maker, schema, list, kind, role)
FROM allowed JOIN privilege USING (level) \gexec
COMMIT;
