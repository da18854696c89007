#!/bin/sh
# admin.sh COMMAND…: runs a command of the cache as its administrator, such as `admin.sh config get maxclients`.
set -eu
REDISCLI_AUTH=$(cat "$ADMIN_CREDENTIAL_FILE")
export REDISCLI_AUTH
exec "$CLI" -p "$PORT" --user admin "$@"
