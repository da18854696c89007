/** Makes a backup beside its place, and puts it there when it has been restored once. */
export const createScript = String.raw`make_backup() {
  local made=$unfinished/$name
  # What an earlier pod left when it was killed. Its server went with it.
  rm -rf "$unfinished"
  mkdir -p "$made" || fail "the volume of the backups cannot be written"
  [ ! -e "$verified/$name" ] || fail "$name exists already"
  log_in
  require_space
  dump_roles "$made"
  dump_database "$made"
  verify_backup "$made" || exit 1
  stop_scratch
  rm -rf "$unfinished/scratch"
  write_record "$made"
  step "writing $name to the disk" sync "$made"/* "$made"
  step "publishing $name" mv -T "$made" "$verified/$name"
  step "publishing $name" sync "$verified"
  remove_old
  cat "$verified/$name/record.json"
}

# The dump is smaller than the database, and its restored copy no larger; the rest is the scratch server's own.
require_space() {
  database_bytes=$(sql --dbname="$DB_NAME" --command='SELECT pg_database_size(current_database())' 2>"$errors") ||
    fail "asking for the size of the database: $(complaint)"
  local needed=$((2 * database_bytes + 256 * 1024 * 1024))
  local free
  free=$(df --output=avail --block-size=1 "$BACKUPS" | tail -n 1)
  [ "$free" -ge "$needed" ] ||
    fail "the volume has $free bytes left and needs $needed for a database of $database_bytes; enlarge it or keep fewer days"
}

# CREATE ROLE fails where there is the role; all else that is written here may run any number of times.
dump_roles() {
  step "dumping the roles" pg_dumpall --no-password --roles-only --no-role-passwords --database=postgres \
    --file="$unfinished/roles.sql"
  step "dumping the roles" sed -E \
    's/^(CREATE ROLE .*;)$/DO $role$BEGIN \1 EXCEPTION WHEN duplicate_object THEN NULL; END$role$;/' \
    "$unfinished/roles.sql" >"$1/roles.sql"
}

# A session counts the rows in a snapshot and holds it, and the tables with it, until the dump of the same has ended.
dump_database() {
  local snapshot answer
  rm -f "$WORK_DIRECTORY/questions" "$WORK_DIRECTORY/answers"
  mkfifo "$WORK_DIRECTORY/questions" "$WORK_DIRECTORY/answers"
  sql --dbname="$DB_NAME" <"$WORK_DIRECTORY/questions" >"$WORK_DIRECTORY/answers" 2>"$errors.session" &
  exec 3>"$WORK_DIRECTORY/questions" 4<"$WORK_DIRECTORY/answers"
  ask "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();"
  snapshot=$answer
  ask "\\o $1/tables" "\\i $here/tables.sql" "\\o $1/database.sql" "\\i $here/database.sql" "\\o" "SELECT 'counted';"
  step "dumping $DB_NAME" pg_dump --no-password --format=custom --snapshot="$snapshot" --lock-wait-timeout=600s \
    --file="$1/database.dump" "$DB_NAME"
  exec 3>&- 4<&-
  wait
}

ask() {
  printf '%s\n' "$@" >&3 2>/dev/null
  read -r answer <&4 && return
  cp "$errors.session" "$errors"
  fail "counting the rows of the database: $(complaint)"
}

write_record() {
  local finished tables rows
  finished=$(date -u +%s)
  tables=$(grep -vc '^large objects' "$1/tables")
  rows=$(grep -v '^large objects' "$1/tables" | grep -oE '[0-9]+$' | paste --serial --delimiters=+)
  printf '{"name":"%s","finished":"%s","bytes":%d,"databaseBytes":%d,"seconds":%d,"tables":%d,"rows":%d}\n' \
    "$name" "$(date -u -d "@$finished" +%Y-%m-%dT%H:%M:%SZ)" "$(stat --format=%s "$1/database.dump")" \
    "$database_bytes" "$((finished - begun))" "$tables" "$((rows))" >"$1/record.json" || fail "writing the record"
  step "writing the checksums" in_directory "$1" sha256sum $files >"$1/SHA256SUMS"
}

in_directory() (
  cd "$1" && shift && "$@"
)

# The youngest stays, however old: a backup that cannot be made any more must not cost the last one that was.
remove_old() {
  local limit youngest each
  limit=$(date -u -d "-$KEEP_DAYS days" +%Y%m%dT%H%M%SZ)
  youngest=$(names | tail -n 1)
  for each in $(names); do
    [[ $each < $limit && $each != "$youngest" ]] || continue
    # Out of sight in one move, so that half of a backup never looks like one.
    mv -T "$verified/$each" "$unfinished/$each" && rm -rf "$unfinished/$each" && continue
    echo "$program: $each is older than $KEEP_DAYS days and could not be removed" >&2
  done
}
`;
