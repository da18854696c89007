#!/bin/sh
# Reads the passwords and applies roles.sql once. Other scripts source it.

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
reconcile() {
  is_usable "$CREDENTIAL_FILE" && is_usable "$BACKUP_CREDENTIAL_FILE" || return 1
  [ -z "${EXPORTER_CREDENTIAL_FILE:-}" ] || is_usable "$EXPORTER_CREDENTIAL_FILE" || return 1
  # Without a terminal (setsid) psql reads each new password, twice, from its input.
  {
    print_twice "$CREDENTIAL_FILE"
    print_twice "$BACKUP_CREDENTIAL_FILE"
    [ -z "${EXPORTER_CREDENTIAL_FILE:-}" ] || print_twice "$EXPORTER_CREDENTIAL_FILE"
  } |
    timeout 60 setsid --wait psql --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 \
      --set=name="$DB_NAME" --set=user="$DB_USER" --set=exporter_has_password="${EXPORTER_CREDENTIAL_FILE:+1}" \
      --file="$ROLES_SQL" >"$STATE_DIRECTORY/log.$$" 2>&1 || {
      cat "$STATE_DIRECTORY/log.$$" >&2
      return 1
    }
}
