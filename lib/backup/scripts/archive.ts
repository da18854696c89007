/**
 * How a backup becomes a database. Verification and restore have nothing but this: what was verified is what is restored,
 * by the same role with the same flags.
 */
export const archiveScript = String.raw`restore_into() {
  local backup=$1 database=$2
  step "creating $database" sql --dbname=postgres \
    --command="CREATE DATABASE \"$database\" TEMPLATE template0 OWNER \"$DB_USER\""
  step "restoring into $database" pg_restore --no-password --no-owner --role="$DB_USER" --exit-on-error \
    --dbname="$database" "$backup/database.dump"
  step "shutting $database" sql --dbname=postgres --command="REVOKE ALL ON DATABASE \"$database\" FROM PUBLIC"
  step "restoring the settings of $database" sql --dbname=postgres --set=database="$database" \
    --file="$backup/database.sql"
  step "counting the rows of $database" sql --dbname="$database" --file="$here/tables.sql" \
    --output="$WORK_DIRECTORY/tables"
  diff "$backup/tables" "$WORK_DIRECTORY/tables" >"$errors" ||
    fail "$database has not the rows that were saved: $(grep -m 1 '^[<>]' "$errors" | tr '\t' ' ')"
}
`;

/** Every table with its rows, in an order of its own. What an extension brings is the extension's. */
export const tablesSql = String.raw`SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', format('%I.%I', nspname, relname), nspname, relname)
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
  )
ORDER BY nspname COLLATE "C", relname COLLATE "C" \gexec
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
`;

/** What a dump without its database's name leaves out: who may connect besides, and settings of the whole database. */
export const databaseSql = `SELECT format(
  'GRANT %s ON DATABASE :"database" TO %I%s;',
  privilege_type, pg_get_userbyid(grantee), CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
)
FROM pg_database, aclexplode(datacl)
WHERE datname = current_database() AND grantee NOT IN (0, datdba)
ORDER BY 1;

-- Lists are kept as they are written. What only a superuser may set, a superuser sets again.
SELECT format(
  'ALTER DATABASE :"database" SET %I TO %s;', name,
  CASE WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries') THEN value ELSE quote_literal(value) END
)
FROM pg_db_role_setting
JOIN pg_database ON pg_database.oid = setdatabase AND datname = current_database() AND setrole = 0
CROSS JOIN unnest(setconfig) AS setting
CROSS JOIN LATERAL (SELECT split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)) AS pair (name, value)
WHERE NOT EXISTS (SELECT FROM pg_settings WHERE pg_settings.name = pair.name AND context <> 'user')
ORDER BY 1;
`;
