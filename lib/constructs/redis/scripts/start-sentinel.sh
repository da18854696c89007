#!/bin/sh
# Starts the sentinel. It keeps its file on the volume: what it knew, and its id, survive a restart. The settings are written
# anew at each start, and only what the sentinel found out itself is taken over.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/primary.sh"

umask 077
is_usable
password=$(peer_password)
hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
sed "s/PEER_PASSWORD_HASH/$hash/" "$PEER_USERS_FILE" >>"$ALL_USERS_FILE"
touch "$SENTINEL_FILE"
kept() {
  grep -E "^sentinel ($1) " "$SENTINEL_FILE" || true
}
monitor=$(kept monitor)
{
  cat "$CONFIG_FILE"
  echo "sentinel announce-ip $SELF"
  echo "sentinel announce-port $PORT_OF_SENTINELS"
  echo "sentinel sentinel-user sentinel"
  echo "sentinel sentinel-pass $password"
  kept 'myid|current-epoch'
  echo "${monitor:-sentinel monitor veza $(first_primary) $PORT_OF_SERVERS 2}"
  cat "$MONITOR_FILE"
  echo "sentinel auth-pass veza $password"
  kept 'config-epoch|leader-epoch|known-replica|known-sentinel'
} >"$SENTINEL_FILE.new"
mv "$SENTINEL_FILE.new" "$SENTINEL_FILE"
exec valkey-server "$SENTINEL_FILE" --sentinel
