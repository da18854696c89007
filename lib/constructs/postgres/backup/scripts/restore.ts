/**
 * Restores a backup beside the database and then exchanges their names. Until then the database is as it was, and after
 * a kill at any moment the same command begins again.
 */
export const restoreScript = String.raw`# The server goes on with what a client told it that is gone, be it to make this very database.
drop_restoring() {
  sql --dbname=postgres --output=/dev/null \
    --command="SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE usename = current_user AND pid <> pg_backend_pid()" \
    --command="DROP DATABASE IF EXISTS \"$RESTORING\" WITH (FORCE)"
}

# Within the grace that a pod has.
drop_restoring_soon() (
  log_in
  PGOPTIONS="$PGOPTIONS -c statement_timeout=20s" drop_restoring 2>/dev/null
)

# What a service writes meanwhile would be lost, or would be among the restored data.
require_fence() {
  local open
  open=$(printf '%s\n' "SELECT count(*) FROM pg_roles WHERE rolname = :'user'
    AND (rolcanlogin OR EXISTS (SELECT FROM pg_stat_activity WHERE usename = rolname))" |
    sql --dbname=postgres --set=user="$DB_USER" 2>"$errors") || fail "asking whether $DB_USER may log in: $(complaint)"
  [ "$open" = 0 ] || fail "$DB_USER may log in or is logged in, so the services could write during the restore; nothing was replaced"
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
  exchange
}

# Somebody may connect between the end of all sessions and the exchange, be it only to look after the roles: once more.
exchange() {
  local previous='' attempt
  if exists "$DB_NAME"; then previous=$(previous_name) || exit 1; fi
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    # Of a connection that was lost at its last word nobody knows whether the server heard it.
    exists "$RESTORING" || break
    require_fence
    sql --dbname=postgres --set=current="$DB_NAME" --set=restoring="$RESTORING" --set=previous="$previous" \
      --set=replaces="$([ -n "$previous" ] && echo 1 || echo 0)" --file="$here/exchange.sql" >/dev/null 2>"$errors" && break
    [ "$attempt" != 10 ] || fail "exchanging $DB_NAME and $RESTORING: $(complaint)"
    sleep 1
  done
  if [ -n "$previous" ]; then previous=\"$previous\"; else previous=null; fi
  printf '{"database":"%s","previous":%s}\n' "$DB_NAME" "$previous"
}

previous_name() {
  local candidate number=1
  candidate=$PREVIOUS$(echo "$name" | tr TZ tz)
  while exists "$candidate"; do
    number=$((number + 1))
    candidate=$PREVIOUS$(echo "$name" | tr TZ tz)_$number
  done
  echo "$candidate"
}
`;

/** Both names change or none. A superuser's session is short, and cannot be ended by anybody else. */
export const exchangeSql = String.raw`BEGIN;
SELECT pg_terminate_backend(pid, 5000)
FROM pg_stat_activity
JOIN pg_roles ON rolname = usename
WHERE datname IN (:'current', :'restoring') AND pid <> pg_backend_pid() AND NOT rolsuper;
\if :replaces
ALTER DATABASE :"current" RENAME TO :"previous";
\endif
ALTER DATABASE :"restoring" RENAME TO :"current";
COMMIT;
`;
