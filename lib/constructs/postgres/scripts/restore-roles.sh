#!/bin/sh
# restore-roles.sh make | apply, with the roles of a backup as its input. A restore runs it in the pod as the superuser.
# After the backup's roles everything is reconciled, which revokes what the services' role must not have.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/reconcile.sh"

psql --no-psqlrc --quiet --no-align --tuples-only --no-password --set=ON_ERROR_STOP=1 --single-transaction \
  --set=name="$DB_NAME" --file="$(dirname "$0")/$1-roles.sql"
[ "$1" = make ] && exit
reconcile
rm -f "$STATE_DIRECTORY/log.$$"
