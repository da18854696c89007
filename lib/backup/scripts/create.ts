/** Makes a backup beside its place, and puts it there when it has been restored once. */
export const createScript = String.raw`make_backup() {
  local made=$unfinished/$name
  # What an earlier pod left when it was killed. Its server went with it.
  rm -rf "$unfinished"
  mkdir -p "$made" || fail "the volume of the backups cannot be written"
  [ ! -e "$verified/$name" ] || fail "$name exists already"
  log_in
  require_space
  dump_database "$made"
  verify_backup "$made" || exit 1
  stop_scratch
  rm -rf "$unfinished/scratch"
  write_record "$made"
  publish
  remove_old
  cat "$verified/$name/record.json"
}

# The dump is smaller than the database, and its restored copy no larger; the rest is the scratch server's own.
require_space() {
  local needed free
  database_bytes=$(sql --dbname="$DB_NAME" --command='SELECT pg_database_size(current_database())' 2>"$errors") ||
    fail "asking for the size of the database: $(complaint)"
  needed=$((2 * database_bytes + 256 * 1024 * 1024))
  free=$(free_bytes)
  # An old one goes before its successor is there only if there would be none otherwise.
  [ "$free" -ge "$needed" ] || { remove_old; free=$(free_bytes); }
  [ "$free" -ge "$needed" ] ||
    fail "the volume has $free bytes left and needs $needed for a database of $database_bytes; enlarge it or keep fewer days"
}

free_bytes() {
  df --output=avail --block-size=1 "$BACKUPS" | tail -n 1
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
  ask "\\o $1/tables" "\\i $here/tables.sql" "\\o $1/roles.json" "\\i $here/roles.sql" "\\o" "SELECT 'counted';"
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
`;
