# shellcheck shell=bash
# Restores a backup into a temporary database and then swaps their names. Until then the database is unchanged, and after a
# kill at any moment the same command starts over.

# The server finishes what a lost client asked for, which may be to make this very database.
drop_restoring() {
  sql --dbname=postgres --output=/dev/null \
    --command="SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE usename = current_user AND pid <> pg_backend_pid()" \
    --command="DROP DATABASE IF EXISTS \"$RESTORING\" WITH (FORCE)"
}

# Within the grace period of the pod.
drop_restoring_soon() (
  log_in
  PGOPTIONS="$PGOPTIONS -c statement_timeout=20s" drop_restoring 2>/dev/null
)

# What a service writes meanwhile would be lost, or would mix with the restored data.
require_fence() {
  local open
  open=$(printf '%s\n' "SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles
    WHERE rolname = ANY (string_to_array(:'roles', ' '))
    AND (rolcanlogin OR EXISTS (SELECT FROM pg_stat_activity WHERE usename = rolname))" |
    sql --dbname=postgres --set=roles="$DB_ROLES $DB_USER" 2>"$errors") || fail "asking which services can log in: $(first_error)"
  [ -z "$open" ] || fail "$open can log in, or are logged in, so the services could write during the restore; nothing was replaced"
}

restore_backup() {
  require_sound "$complete/$name"
  log_in
  require_fence
  [ "$RESTORING" != "$DB_NAME" ] || fail "$DB_NAME has the name of a database that is being restored"
  step "dropping what an earlier restore left" drop_restoring
  restore_into "$complete/$name" "$RESTORING"
  require_complete "$complete/$name" "$RESTORING"
  step "analyzing $RESTORING" sql --dbname="$RESTORING" --command="SET client_min_messages = error" --command=ANALYZE
  swap_databases
}

# A client may connect between the end of all sessions and the swap, such as the roles container: hence the retries.
swap_databases() {
  local previous='' attempt
  if exists "$DB_NAME"; then previous=$(previous_name) || exit 1; fi
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    # If the connection was lost at COMMIT, the swap may have happened.
    exists "$RESTORING" || break
    require_fence
    sql --dbname=postgres --set=current="$DB_NAME" --set=restoring="$RESTORING" --set=previous="$previous" \
      --set=replaces="$([ -n "$previous" ] && echo 1 || echo 0)" --file="$here/swap.sql" >/dev/null 2>"$errors" && break
    [ "$attempt" != 10 ] || fail "swapping $DB_NAME and $RESTORING: $(first_error)"
    sleep 1
  done
  if [ -n "$previous" ]; then previous=\"$previous\"; else previous=null; fi
  printf '{"database":"%s","previous":%s}\n' "$DB_NAME" "$previous"
}

previous_name() {
  local candidate number=1
  # shellcheck disable=SC2153
  candidate=$PREVIOUS$(echo "$name" | tr TZ tz)
  while exists "$candidate"; do
    number=$((number + 1))
    candidate=$PREVIOUS$(echo "$name" | tr TZ tz)_$number
  done
  echo "$candidate"
}
