#!/bin/sh
# Reads the passwords and applies roles.sql, powers.sql and grants.sql once. Other scripts source it.

# A setting of the database could make the superuser find functions that are not the server's own.
export PGOPTIONS='-c search_path=pg_catalog -c client_min_messages=warning'

is_usable() {
  if ! [ -s "$1" ]; then
    echo "the password in $1 is empty or missing; set it in the Secret" >&2
    return 1
  fi
  # Both only read the file.
  # shellcheck disable=SC2094
  if ! tr -d '\r\n' <"$1" | cmp -s - "$1"; then
    echo "the password in $1 has a line break, which clients would send with it; remove it in the Secret" >&2
    return 1
  fi
  if [ "$(wc -c <"$1")" -lt 16 ]; then
    echo "the password in $1 has fewer than 16 characters; set a longer one in the Secret" >&2
    return 1
  fi
}

print_twice() {
  cat "$1"
  echo
  cat "$1"
  echo
}

# The exporter of a single server logs in by its socket and has no password.
server_roles() {
  echo postgres_backup "${EXPORTER_CREDENTIAL_FILE:+postgres_exporter}"
}

password_file() {
  case $1 in
    postgres_backup) echo "$BACKUP_CREDENTIAL_FILE" ;;
    postgres_exporter) echo "$EXPORTER_CREDENTIAL_FILE" ;;
    *) echo "$CREDENTIALS/$1" ;;
  esac
}

# Those of some roles whose password can be used, after a report of the others.
usable_among() {
  for role in "$@"; do
    if is_usable "$(password_file "$role")"; then echo "$role"; fi
  done
}

# The roles as they are to be: a service that would lose sight of tables acts as the owner, which is reported.
find_logins() {
  found=$(timeout 60 psql --no-psqlrc --quiet --no-align --tuples-only --no-password --set=ON_ERROR_STOP=1 --set=name="$DB_NAME" \
    --set=owner="$DB_USER" --set=logins="$(cat "$LOGINS_FILE")" --file="$ROLES_SCRIPTS/hidden-tables.sql") || return 1
  logins=$(printf '%s\n' "$found" | sed 1q)
  printf '%s\n' "$found" | sed 1d >&2
}

# The server gets only verifiers that psql computes: it cannot log a password, nor show it in pg_stat_activity. Without a
# terminal (setsid) psql reads each new password, twice, from its input. Names of roles and files have no spaces.
reconcile() {
  # A key that is missing in the Secret stops one service, and not the others.
  # shellcheck disable=SC2086
  usable=$(usable_among $DB_ROLES)
  [ -n "$usable" ] || return 1
  find_logins || return 1
  # shellcheck disable=SC2046
  usable="$usable $(usable_among $(server_roles))"
  set --
  for role in $usable; do set -- "$@" --command="\\password \"$role\""; done
  for role in $usable; do print_twice "$(password_file "$role")"; done |
    timeout 60 setsid --wait psql --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 \
      --set=name="$DB_NAME" --set=owner="$DB_USER" --set=logins="$logins" \
      --set=exporter_has_password="${EXPORTER_CREDENTIAL_FILE:+1}" --file="$ROLES_SCRIPTS/roles.sql" "$@" \
      --file="$ROLES_SCRIPTS/powers.sql" --file="$ROLES_SCRIPTS/grants.sql" >"$STATE_DIRECTORY/log.$$" 2>&1 || {
      cat "$STATE_DIRECTORY/log.$$" >&2
      return 1
    }
}
