/**
 * How the roles of a backup come back, and what of a database is not in its dump: who may use it, settings, limit and
 * comment. A backup holds them as data, on psql's standard input; every statement is ours, so nothing but these kinds of
 * statements is run, whoever wrote the backup. The variable `name` is the database.
 */

/** Reads the backup's roles from standard input. A list that is null is treated as one that is absent: it is empty. */
const readSaved = String.raw`\set saved ${'`cat`'}
SELECT jsonb_strip_nulls(:'saved') AS saved \gset`;

/** Makes the roles that are missing, which can do nothing yet, and tells their names. */
export const makeRolesSql = String.raw`${readSaved}
SELECT name FROM jsonb_to_recordset(:'saved'::jsonb -> 'roles') AS role (name text)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name);
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM jsonb_to_recordset(:'saved'::jsonb -> 'roles') AS role (name text)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
`;

/**
 * Gives all roles what they had, and the database if it is there. It may run any number of times. The superuser who runs
 * it is nobody's to change.
 */
export const applyRolesSql = String.raw`${readSaved}
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

-- Settings that are lists are stored as one text, its names quoted where they have to be: each becomes a literal.
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
`;

/**
 * Makes the database of a backup, empty, with the encoding and locale that it had. The variables are its name and its owner.
 * A backup that does not say gets what the server has.
 */
export const createDatabaseSql = String.raw`${readSaved}
SELECT concat(
  format('CREATE DATABASE %I TEMPLATE template0 OWNER %I', :'name', :'owner'),
  format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L LOCALE_PROVIDER ', encoding, "collate", ctype)
    || CASE provider WHEN 'icu' THEN format('icu ICU_LOCALE %L', icu) WHEN 'libc' THEN 'libc' END
)
FROM jsonb_to_record(coalesce(:'saved'::jsonb -> 'database', '{}'))
  AS saved (encoding text, "collate" text, ctype text, provider text, icu text) \gexec
`;

/**
 * `restore-roles.sh make | apply`, with the roles of a backup as its input. Somebody runs it in the pod, as the superuser.
 * After the roles of the backup everything is held to what it should be, which takes back what the services' role must not
 * have.
 */
export const restoreRolesScript = `set -eu
. "$(dirname "$0")/reconcile.sh"

psql --no-psqlrc --quiet --no-align --tuples-only --no-password --set=ON_ERROR_STOP=1 --single-transaction \\
  --set=name="$DB_NAME" --file="$(dirname "$0")/$1-roles.sql"
[ "$1" = make ] && exit
reconcile
rm -f "$STATE_DIRECTORY/log.$$"
`;
