#!/bin/sh
# Keeps roles, passwords, database and grants as they should be: when the pod starts and whenever a password file changes.
# The pod is ready from the first success on; after a later failure the previous state stays in effect.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/reconcile.sh"

# As process 1 a shell ignores the signals that it does not trap, and the pod would only end by SIGKILL.
trap 'exit 0' INT TERM

rm -f "$STATE_DIRECTORY/ready"
applied=nothing
while true; do
  touch "$STATE_DIRECTORY/alive"
  current=$(sha256sum "$CREDENTIAL_FILE" "$BACKUP_CREDENTIAL_FILE" ${EXPORTER_CREDENTIAL_FILE:+"$EXPORTER_CREDENTIAL_FILE"}) ||
    current=unreadable
  if [ "$current" != "$applied" ] && pg_isready --quiet && reconcile; then
    applied=$current
    touch "$STATE_DIRECTORY/ready"
    echo "role $DB_USER and database $DB_NAME are as they should be"
  fi
  # In the background, because a trap waits for a foreground command to end.
  sleep 2 &
  wait $!
done
