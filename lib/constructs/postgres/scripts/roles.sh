#!/bin/sh
# Keeps roles, passwords, database and grants as they should be: when the pod starts, and whenever a password changes or what
# roles may do.
# The pod is ready from the first success on; after a later failure the previous state stays in effect.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/reconcile.sh"

# The server reads a renewed certificate when it reads its settings again. A pair that does not fit changes nothing.
reload_certificate() {
  [ -n "${CERTIFICATE_FILE:-}" ] || return 0
  certificate=$(sha256sum "$CERTIFICATE_FILE") || return 0
  if [ "$certificate" != "$served" ] && pg_isready --quiet &&
    psql --no-psqlrc --quiet --no-password --command='SELECT pg_reload_conf()' >/dev/null; then
    served=$certificate
    echo "the server has read its certificate"
  fi
}

# Of a Cluster the superuser has a password. It is in a variable, for whatever runs in this container, and a variable is read
# when the container starts: a changed password needs another start.
superuser_password() {
  [ -z "${SUPERUSER_CREDENTIAL_FILE:-}" ] || sha256sum "$SUPERUSER_CREDENTIAL_FILE"
}

# As process 1 a shell ignores the signals that it does not trap, and the pod would only end by SIGKILL.
trap 'exit 0' INT TERM

rm -f "$STATE_DIRECTORY/ready"
applied=nothing
served=nothing
started_with=$(superuser_password)
while true; do
  touch "$STATE_DIRECTORY/alive"
  if [ "$(superuser_password)" != "$started_with" ]; then
    echo "the password of the superuser has changed: starting again with it"
    exit 0
  fi
  reload_certificate
  # A file that is missing is part of the state: the roles are reconciled once it is there.
  current=$(
    sha256sum "$LOGINS_FILE" 2>&1 || true
    for role in $DB_ROLES $(server_roles); do sha256sum "$(password_file "$role")" 2>&1 || true; done
  )
  if [ "$current" != "$applied" ] && pg_isready --quiet && reconcile; then
    applied=$current
    touch "$STATE_DIRECTORY/ready"
    # shellcheck disable=SC2086
    echo "the roles" $usable "and database $DB_NAME are as they should be"
  fi
  # In the background, because a trap waits for a foreground command to end.
  sleep 2 &
  wait $!
done
