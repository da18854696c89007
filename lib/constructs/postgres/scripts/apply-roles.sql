-- Gives all roles of a backup what they had, and the database "name" too, if it exists: grants, settings, connection limit
-- and comment, which are not in its dump. It can be repeated. The superuser that runs it is not changed.
-- The roles of a backup are data on standard input, and every statement is ours, whatever the backup contains. A list that
-- is null is treated as empty.
\set saved `cat`
SELECT jsonb_strip_nulls(:'saved') AS saved \gset
SELECT format('ALTER ROLE %I %s CONNECTION LIMIT %s VALID UNTIL %L', name, powers, "limit", until)
FROM jsonb_to_recordset(:'saved'::jsonb -> 'roles') AS role (name text, can jsonb, "limit" int, until text)
CROSS JOIN LATERAL (
  SELECT string_agg(CASE WHEN value::boolean THEN '' ELSE 'NO' END || upper(key), ' ')
  FROM jsonb_each(can)
  WHERE key IN ('superuser', 'inherit', 'createrole', 'createdb', 'login', 'replication', 'bypassrls')
) AS own (powers)
WHERE name <> current_user \gexec

SELECT format('COMMENT ON ROLE %I IS %L', name, comment)
FROM jsonb_to_recordset(:'saved'::jsonb -> 'roles') AS role (name text, comment text)
WHERE name <> current_user \gexec

SELECT format('GRANT %I TO %I%s', role, member, CASE WHEN admin THEN ' WITH ADMIN OPTION' ELSE '' END)
FROM jsonb_to_recordset(:'saved'::jsonb -> 'members') AS membership (role text, member text, admin boolean)
WHERE member <> current_user \gexec

-- Settings that are lists are stored as one text, with names quoted where needed: each becomes a literal.
SELECT format('ALTER %s SET %I TO %s', whose, setting, CASE
  WHEN setting IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
  THEN coalesce(
    (
      SELECT string_agg(quote_literal(coalesce(replace(found[1], '""', '"'), found[2])), ', ')
      FROM regexp_matches(value, '"((?:[^"]|"")*)"|([^",\s]+)', 'g') AS found
    ),
    quote_literal('')
  )
  ELSE quote_literal(value)
END)
FROM jsonb_to_recordset(:'saved'::jsonb -> 'settings') AS saved (role text, here boolean, setting text, value text)
CROSS JOIN LATERAL (
  SELECT concat_ws(
    ' IN ', 'ROLE ' || quote_ident(role), CASE WHEN here THEN 'DATABASE ' || quote_ident(:'name') END
  )
) AS target (whose)
WHERE role IS DISTINCT FROM current_user
  AND (NOT here OR EXISTS (SELECT FROM pg_database WHERE datname = :'name')) \gexec

SELECT format('GRANT %s ON DATABASE %I TO %I%s', privilege, datname, grantee, CASE WHEN grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_database
CROSS JOIN jsonb_to_recordset(:'saved'::jsonb -> 'grants') AS given (privilege text, grantee text, grantable boolean)
WHERE datname = :'name' AND privilege IN ('CREATE', 'CONNECT', 'TEMPORARY') \gexec

SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', datname, "limit"),
  format('COMMENT ON DATABASE %I IS %L', datname, comment)
FROM pg_database
CROSS JOIN jsonb_to_record(:'saved'::jsonb -> 'database') AS saved ("limit" int, comment text)
WHERE datname = :'name' AND "limit" IS NOT NULL \gexec
