-- What the roles can do on the server: log in, how often at once, and become which other roles.

-- The owner has no password unless it logs in, which services of former releases do.
SELECT format('ALTER ROLE %I PASSWORD NULL', :'owner')
WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(:'logins') AS login (role text) WHERE role = :'owner') \gexec

SELECT format(
  'ALTER ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT %s VALID UNTIL ''infinity''',
  name, CASE WHEN kind IN ('service', 'maker') THEN 'NOINHERIT' ELSE 'INHERIT' END, connections
)
FROM (
  SELECT :'owner', 'owner', -1
  UNION SELECT role, access ->> 'kind', connections
  FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb, connections int)
) AS own (name, kind, connections) \gexec
\ir logins.sql

-- Backs up and restores over the network. It reads and changes all data, drops databases and ends sessions, as a restore
-- has to. pg_read_all_data includes the verifiers of passwords, so these have to be too long to guess. It cannot become a
-- superuser, make roles, or reach the server's files. Large objects are in no predefined role: without the last setting it
-- could not read those of a service.
ALTER ROLE postgres_backup LOGIN INHERIT NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS
  CONNECTION LIMIT 2 VALID UNTIL 'infinity';
ALTER ROLE postgres_backup SET lo_compat_privileges = on;

ALTER ROLE postgres_exporter LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 5 VALID UNTIL 'infinity';
SELECT format('ALTER ROLE %I PASSWORD NULL', 'postgres_exporter') WHERE :'exporter_has_password' = '' \gexec

-- By membership in a pg_* role a role can write the server's files and run programs without being a superuser. A service is
-- a member of nothing, and a role that acts as the owner of that one alone. The owner must not become the backup's role
-- either, not even through other roles.
SELECT format('REVOKE %I FROM %I', granted.rolname, member.rolname)
FROM pg_auth_members AS membership
JOIN pg_roles AS granted ON granted.oid = membership.roleid
JOIN pg_roles AS member ON member.oid = membership.member
LEFT JOIN jsonb_to_recordset(:'logins') AS login (role text, access jsonb) ON role = member.rolname
WHERE access ->> 'kind' IN ('service', 'maker')
  OR access ->> 'kind' = 'acting' AND granted.rolname <> :'owner'
  OR (
    member.rolname = :'owner'
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
GRANT pg_read_all_data, pg_signal_backend, :"owner" TO postgres_backup;
GRANT pg_monitor TO postgres_exporter;
SELECT format('GRANT %I TO %I', :'owner', role)
FROM jsonb_to_recordset(:'logins') AS login (role text, access jsonb)
WHERE access ->> 'kind' = 'acting' \gexec
