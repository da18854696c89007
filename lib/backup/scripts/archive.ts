/**
 * How a backup becomes a database. Verification and restore have nothing but this: what was verified is what is restored,
 * by the same role with the same flags.
 */
export const archiveScript = String.raw`restore_into() {
  local backup=$1 database=$2
  step "creating $database" sql --dbname=postgres \
    --command="CREATE DATABASE \"$database\" TEMPLATE template0 OWNER \"$DB_USER\""
  # A server that is made anew has none of the old one's tablespaces.
  step "restoring into $database" pg_restore --no-password --no-owner --no-tablespaces --role="$DB_USER" \
    --exit-on-error --dbname="$database" "$backup/database.dump"
  step "shutting $database" sql --dbname=postgres --command="REVOKE ALL ON DATABASE \"$database\" FROM PUBLIC"
  step "counting the rows of $database" sql --dbname="$database" --file="$here/tables.sql" \
    --output="$WORK_DIRECTORY/tables"
  require_same "$backup/tables" "$WORK_DIRECTORY/tables" "$database has not the rows that were saved"
}

require_same() {
  diff "$1" "$2" >"$errors" || fail "$3: $(grep -m 1 '^[<>]' "$errors" | tr -s '\t ' ' ')"
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
