/**
 * Restores a backup beside the database and then exchanges their names. Until then the database is as it was, and after
 * a kill at any moment the same command begins again.
 */
export const restoreScript = String.raw`# Names of PostgreSQL have 63 bytes.
restoring() {
  printf '%.53s_restoring' "$DB_NAME"
}

drop_restoring() (
  log_in
  timeout 25 psql --no-psqlrc --quiet --no-password --dbname=postgres \
    --command="DROP DATABASE IF EXISTS \"$(restoring)\" WITH (FORCE)" >/dev/null 2>&1
)

restore_backup() {
  require_sound
  log_in
  [ "$(restoring)" != "$DB_NAME" ] || fail "$DB_NAME has the name of a database that is being restored"
  step "dropping what an earlier restore left" sql --dbname=postgres \
    --command="DROP DATABASE IF EXISTS \"$(restoring)\" WITH (FORCE)"
  restore_into "$verified/$name" "$(restoring)"
  step "analyzing $(restoring)" sql --dbname="$(restoring)" --command="SET client_min_messages = error" --command=ANALYZE
  exchange
}

# Somebody may connect between the end of all sessions and the exchange, be it only to look after the roles: once more.
exchange() {
  local previous='' attempt
  if exists "$DB_NAME"; then previous=$(previous_name) || exit 1; fi
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    # Of a connection that was lost at its last word nobody knows whether the server heard it.
    exists "$(restoring)" || break
    sql --dbname=postgres --set=current="$DB_NAME" --set=restoring="$(restoring)" --set=previous="$previous" \
      --set=replaces="$([ -n "$previous" ] && echo 1 || echo 0)" --file="$here/exchange.sql" >/dev/null 2>"$errors" && break
    [ "$attempt" != 10 ] || fail "exchanging $DB_NAME and $(restoring): $(complaint)"
    sleep 1
  done
  if [ -n "$previous" ]; then previous=\"$previous\"; else previous=null; fi
  printf '{"database":"%s","previous":%s}\n' "$DB_NAME" "$previous"
}

previous_name() {
  local suffix candidate number=1
  suffix=_before_$(echo "$name" | tr TZ tz)
  candidate=$(printf '%.39s%s' "$DB_NAME" "$suffix")
  while exists "$candidate"; do
    number=$((number + 1))
    candidate=$(printf '%.35s%s_%d' "$DB_NAME" "$suffix" "$number")
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
