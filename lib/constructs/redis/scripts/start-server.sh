#!/bin/sh
# Starts the server as the primary or as its replica, after start.sh has written the users.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/primary.sh"

umask 077
is_usable
password=$(peer_password)
hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
sed "s/PEER_PASSWORD_HASH/$hash/" "$PEER_USERS_FILE" >>"$ALL_USERS_FILE"
# This server alone cannot know whether another was the primary after it, with newer data. It waits until two sentinels agree:
# with fewer, clients would be refused anyway.
trap 'exit 143' TERM
primary=$(agreed_primary)
until [ -n "$primary" ]; do
  echo "waiting until two sentinels name the same primary" >&2
  sleep 1
  primary=$(agreed_primary)
done
{
  echo "include $CONFIG_FILE"
  echo "masteruser replica"
  echo "masterauth $password"
  echo "replica-announce-ip $SELF"
  echo "replica-announce-port $PORT_OF_SERVERS"
  if [ "$primary" != "$SELF" ]; then echo "replicaof $primary $PORT_OF_SERVERS"; fi
} >"$SERVER_FILE"
echo "the primary is $primary"
exec valkey-server "$SERVER_FILE"
