-- The roles, the database and their grants. Every statement can be repeated, on a new cluster as on one that another
-- version or a person has made. The lock orders the decisions on whether the services' role can log in: fence.sh takes it
-- too.
SELECT pg_advisory_lock(hashtext('roles'));

SELECT format('CREATE ROLE %I', :'user')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec

-- The server gets only a verifier that psql computes: it cannot log the password, nor show it in pg_stat_activity.
\password :user

SELECT CASE WHEN EXISTS (
    SELECT FROM pg_db_role_setting
    CROSS JOIN unnest(setconfig) AS setting
    WHERE setrole = 0 AND setting ^@ 'veza.restoring='
      AND setdatabase = (SELECT oid FROM pg_database WHERE datname = 'postgres')
  ) THEN 'NOLOGIN' ELSE 'LOGIN' END AS login \gset
ALTER ROLE :"user" :login NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT -1 VALID UNTIL 'infinity';

-- Backs up and restores over the network. It reads and changes all data, drops databases and ends sessions, as a restore
-- has to. pg_read_all_data includes the verifiers of passwords, so these have to be too long to guess. It cannot become a
-- superuser, make roles, or reach the server's files.
SELECT 'CREATE ROLE postgres_backup'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_backup') \gexec
\password postgres_backup
ALTER ROLE postgres_backup LOGIN INHERIT NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS
  CONNECTION LIMIT 2 VALID UNTIL 'infinity';

-- By membership in a pg_* role a role can write the server's files and run programs without being a superuser. The services
-- must not become the backup's role either, not even through other roles.
SELECT format('REVOKE %I FROM %I', granted.rolname, member.rolname)
FROM pg_auth_members AS membership
JOIN pg_roles AS granted ON granted.oid = membership.roleid
JOIN pg_roles AS member ON member.oid = membership.member
WHERE (
    member.rolname = :'user'
    AND EXISTS (
      SELECT FROM pg_roles AS power
      WHERE (power.rolsuper OR power.rolname ^@ 'pg_' OR power.rolname = 'postgres_backup')
        AND pg_has_role(granted.oid, power.oid, 'MEMBER')
    )
  )
  OR (
    member.rolname = 'postgres_backup'
    AND (granted.rolsuper OR granted.rolname ^@ 'pg_')
    AND granted.rolname NOT IN ('pg_read_all_data', 'pg_signal_backend')
  ) \gexec
GRANT pg_read_all_data, pg_signal_backend, :"user" TO postgres_backup;

SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'user')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"name" OWNER TO :"user";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;

SELECT 'CREATE ROLE postgres_exporter'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_exporter') \gexec
ALTER ROLE postgres_exporter LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 5 VALID UNTIL 'infinity';
SELECT :'exporter_has_password' <> '' AS logs_in_by_password \gset
\if :logs_in_by_password
\password postgres_exporter
\else
ALTER ROLE postgres_exporter PASSWORD NULL;
\endif
GRANT pg_monitor TO postgres_exporter;
GRANT CONNECT ON DATABASE :"name" TO postgres_exporter;

\connect :"name"
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
