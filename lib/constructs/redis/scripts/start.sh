#!/bin/sh
# start.sh COMMAND…: makes a password for the administrator, adds that user to those of the ConfigMap, and becomes the server.
# The password exists only in the memory of this pod and is new after each start: admin.sh, which runs in this container, is
# the one way to use it.
set -eu
umask 077
head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$ADMIN_CREDENTIAL_FILE"
{
  cat "$USERS_FILE"
  echo "user admin on sanitize-payload #$(sha256sum "$ADMIN_CREDENTIAL_FILE" | cut -d ' ' -f 1) ~* &* +@all"
} >"$ALL_USERS_FILE"
exec "$@"
