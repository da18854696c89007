-- Makes the roles of a backup that are missing, without any permission, and prints their names.
-- The roles of a backup are data on standard input, and every statement is ours, whatever the backup contains. A list that
-- is null is treated as empty.
\set saved `cat`
SELECT jsonb_strip_nulls(:'saved') AS saved \gset
SELECT name FROM jsonb_to_recordset(:'saved'::jsonb -> 'roles') AS role (name text)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name);
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM jsonb_to_recordset(:'saved'::jsonb -> 'roles') AS role (name text)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
