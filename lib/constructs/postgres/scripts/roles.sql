-- Every role that logs in, without any permission yet: its password comes next, then powers.sql and grants.sql. Every
-- statement of these files can be repeated, on a new server as on one that another version or a person has made. The lock
-- orders the decisions on who can log in: fence.sh takes it too. The roles are data in JSON, and their names come from the
-- contracts of the services.
SELECT pg_advisory_lock(hashtext('roles'));

SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM (
  SELECT :'owner'
  UNION VALUES ('postgres_backup'), ('postgres_exporter')
  UNION SELECT role FROM jsonb_to_recordset(:'logins') AS login (role text)
) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
