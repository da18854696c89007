# shellcheck shell=bash
# How a backup becomes a database. Verification and restore both use this, with the same role and the same flags: what was
# verified is what is restored.

# Restores what can be restored and lists the rest in the file $missing.
restore_into() {
  local backup=$1 database=$2
  : >"$missing"
  create_database "$backup" "$database"
  # A new server has none of the old one's tablespaces.
  pg_restore --no-password --verbose --no-owner --no-tablespaces --role="$DB_USER" --dbname="$database" \
    "$backup/database.dump" 2>"$errors" || note_missing_objects || fail "restoring into $database: $(first_error)"
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
  note_missing "encoding and locale of the database" "$(first_error)"
  step "creating $2" sql --dbname=postgres \
    --command="CREATE DATABASE \"$2\" TEMPLATE template0 OWNER \"$DB_USER\""
}
