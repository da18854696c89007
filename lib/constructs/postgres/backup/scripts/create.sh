# shellcheck shell=bash
# Makes a backup in the folder of unfinished ones, restores it once, and keeps it: verified, or with the reason why it is not.

make_backup() {
  local made=$unfinished/$name reason
  # What an earlier pod left when it was killed. Its server ended with it.
  rm -rf "$unfinished"
  mkdir -p "$made" || fail "the volume of the backups cannot be written"
  [ ! -e "$complete/$name" ] || fail "$name exists already"
  log_in
  require_same_time
  report_future
  require_space
  dump_database "$made"
  : >"$missing"
  verify_backup "$made" >"$WORK_DIRECTORY/verification" 2>&1
  reason=$(verification_failure "$?")
  stop_verification_server
  rm -rf "$unfinished/verification-server"
  cat "$omitted" "$missing" >"$made/missing" || fail "writing what is missing"
  [ -s "$made/missing" ] || rm "$made/missing"
  write_record "$made" "$reason"
  publish
  remove_old
  [ -z "$reason" ] || fail "$name is kept, but is not verified: $reason"
  cat "$complete/$name/record.json"
}

# Empty if everything could be restored.
verification_failure() {
  if [ "$1" != 0 ]; then
    tail -n 1 "$WORK_DIRECTORY/verification" | sed 's/^backup\.sh [a-z]*: //' | grep . || echo "it ended with code $1"
  elif [ -s "$missing" ]; then
    echo "$(wc -l <"$missing") parts of it cannot be restored; the first: $(head -n 1 "$missing" | sed 's/\t/: /' | cut -c 1-500)"
  fi
}

# A backup's name is its time, which decides what is restored and what is removed.
require_same_time() {
  local difference
  difference=$(sql --dbname=postgres --command="SELECT extract(epoch FROM now())::bigint - $(date -u +%s)" 2>"$errors") ||
    fail "asking for the time of the database server: $(first_error)"
  [ "${difference#-}" -lt 3600 ] ||
    fail "the clock of the database server differs from the clock of this node by $difference seconds; correct the wrong one"
}

# The dump is smaller than the database, and its restored copy no larger; the rest is for the verification server itself.
require_space() {
  local needed free
  database_bytes=$(sql --dbname="$DB_NAME" --command='SELECT pg_database_size(current_database())' 2>"$errors") ||
    fail "asking for the size of the database: $(first_error)"
  needed=$((2 * database_bytes + 256 * 1024 * 1024))
  free_space "$needed"
  free=$(free_bytes)
  [ "$free" -ge "$needed" ] ||
    fail "the volume has $free bytes left and needs $needed for a database of $database_bytes; enlarge it or keep fewer days"
}

free_bytes() {
  df --output=avail --block-size=1 "$BACKUPS" | tail -n 1
}

# A session counts the rows in a snapshot and holds it, and the tables with it, until the dump of the same has ended.
dump_database() {
  local snapshot answer
  rm -f "$WORK_DIRECTORY/queries" "$WORK_DIRECTORY/answers"
  mkfifo "$WORK_DIRECTORY/queries" "$WORK_DIRECTORY/answers"
  sql --dbname="$DB_NAME" --set=list="$WORK_DIRECTORY/counts" <"$WORK_DIRECTORY/queries" >"$WORK_DIRECTORY/answers" 2>"$errors.session" &
  exec 3>"$WORK_DIRECTORY/queries" 4<"$WORK_DIRECTORY/answers"
  ask "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();"
  snapshot=$answer
  ask "\\o $1/tables" "\\i $here/tables.sql" "\\o $1/roles.json" "\\i $here/roles.sql" \
    "\\o $omitted" "\\i $here/omitted.sql" "\\o" "SELECT 'counted';"
  dump "$1" "$snapshot" 2>"$errors" ||
    # Large objects of another role cannot be read. The counted rows show that they are missing.
    { grep -q 'permission denied for large object' "$errors" && dump "$1" "$snapshot" --no-blobs 2>"$errors"; } ||
    fail "dumping $DB_NAME: $(first_error)"
  exec 3>&- 4<&-
  wait
  ! grep -q ERROR "$errors.session" ||
    printf 'count of rows\t%s\n' "$(grep -m 1 -o 'ERROR: .*' "$errors.session")" >>"$omitted"
}

dump() {
  local directory=$1 snapshot=$2
  shift 2
  pg_dump --no-password --format=custom --snapshot="$snapshot" --lock-wait-timeout=600s \
    --file="$directory/database.dump" "$@" "$DB_NAME"
}

ask() {
  printf '%s\n' "$@" >&3 2>/dev/null
  read -r answer <&4 && return
  cp "$errors.session" "$errors"
  fail "counting the rows of the database: $(first_error)"
}
