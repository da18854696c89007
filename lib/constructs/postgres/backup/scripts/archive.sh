# shellcheck shell=bash
# How a backup becomes a database. Verification and restore both use this, with the same role and the same flags: what was
# verified is what is restored.

# Restores what can be restored and lists the rest in the file $missing.
restore_into() {
  local backup=$1 database=$2 listing
  : >"$missing"
  create_database "$backup" "$database"
  # A pipe, since the list of a database with many large objects is long.
  rm -f "$WORK_DIRECTORY/entries"
  step "making a pipe" mkfifo "$WORK_DIRECTORY/entries"
  list_entries "$backup" >"$WORK_DIRECTORY/entries" &
  listing=$!
  # A new server has none of the old one's tablespaces.
  pg_restore --no-password --verbose --no-owner --no-tablespaces --role="$DB_USER" --dbname="$database" \
    --use-list="$WORK_DIRECTORY/entries" "$backup/database.dump" 2>"$errors" || note_missing_objects ||
    fail "restoring into $database: $(first_error)"
  wait "$listing" || fail "listing what is in the dump"
  step "closing $database to other roles" sql --dbname=postgres \
    --command="REVOKE ALL ON DATABASE \"$database\" FROM PUBLIC"
  save_large_object_owners "$backup" "$database"
  step "counting the rows of $database" sql --dbname="$database" --set=list="$WORK_DIRECTORY/counts" \
    --file="$here/tables.sql" --output="$WORK_DIRECTORY/tables"
  note_missing_rows "$backup/tables" "$WORK_DIRECTORY/tables"
}

# Lists what is restored. What services grant on what they will make is left out: only they can, and grants.sql does it for
# them. The second column is the catalog, here pg_default_acl.
list_entries() {
  pg_restore --list "$1/database.dump" | awk -v roles=" $DB_ROLES " -v owner="$DB_USER" \
    '$2 != 826 || $NF == owner || !index(roles, " " $NF " ")'
}

# Whatever is restored belongs to the owner, until grants.sql hands over what is in the schema of a service. Large objects are
# in none, so it finds their owners in a comment.
save_large_object_owners() {
  local owners=$WORK_DIRECTORY/owners
  list_entries "$1" | awk -v owner="$DB_USER" '$2 == 2613 && $4 == "BLOB" && $NF != owner { print $3, $NF }' >"$owners" ||
    fail "listing the large objects of $1"
  [ -s "$owners" ] || return 0
  step "saving the owners of large objects" sql --dbname="$2" --set=file="$owners" <<'END'
\set owners `cat :'file'`
CREATE SCHEMA veza_restored;
COMMENT ON SCHEMA veza_restored IS :'owners';
END
}

# With its own encoding and locale, where the server has that locale.
create_database() {
  sql --dbname=postgres --set=name="$2" --set=owner="$DB_USER" --file="$here/create-database.sql" \
    <"$1/roles.json" >/dev/null 2>"$errors" && return
  note_missing "encoding and locale of the database" "$(first_error)"
  step "creating $2" sql --dbname=postgres \
    --command="CREATE DATABASE \"$2\" TEMPLATE template0 OWNER \"$DB_USER\""
}
