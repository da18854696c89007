/**
 * How a backup becomes a database. Verification and restore have nothing but this: what was verified is what is restored,
 * by the same role with the same flags.
 */
export const archiveScript = String.raw`# Restores what can be restored, and lists the rest in the file $missing.
restore_into() {
  local backup=$1 database=$2
  : >"$missing"
  create_database "$backup" "$database"
  # A server that is made anew has none of the old one's tablespaces.
  pg_restore --no-password --verbose --no-owner --no-tablespaces --role="$DB_USER" --dbname="$database" \
    "$backup/database.dump" 2>"$errors" || note_missing_objects || fail "restoring into $database: $(complaint)"
  step "closing $database to other roles" sql --dbname=postgres \
    --command="REVOKE ALL ON DATABASE \"$database\" FROM PUBLIC"
  step "counting the rows of $database" sql --dbname="$database" --file="$here/tables.sql" \
    --output="$WORK_DIRECTORY/tables"
  note_missing_rows "$backup/tables" "$WORK_DIRECTORY/tables"
}

# With its own encoding and locale, where the server has that locale.
create_database() {
  sql --dbname=postgres --set=name="$2" --set=owner="$DB_USER" --file="$here/create-database.sql" \
    <"$1/roles.json" >/dev/null 2>"$errors" && return
  note_missing "encoding and locale of the database" "$(complaint)"
  step "creating $2" sql --dbname=postgres \
    --command="CREATE DATABASE \"$2\" TEMPLATE template0 OWNER \"$DB_USER\""
}
`;

/**
 * Every table with its rows, in an order of its own. What an extension brings is the extension's. Planning a count reads the
 * expressions of a table's indexes, which may name functions of the schema public; a table that cannot be counted even so is
 * left out, and must not end the backup.
 */
export const tablesSql = String.raw`SET search_path = pg_catalog, public;
\set ON_ERROR_ROLLBACK on
\set ON_ERROR_STOP off
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', format('%I.%I', nspname, relname), nspname, relname)
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
  )
ORDER BY nspname COLLATE "C", relname COLLATE "C" \gexec
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
RESET search_path;
\set ON_ERROR_STOP on
`;
