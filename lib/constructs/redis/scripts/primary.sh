#!/bin/sh
# Finds the primary. Other scripts source it.

# Prints the primary that a sentinel names, or nothing if it does not answer.
ask_sentinel() {
  timeout 3 "$CLI" -h "$1" -p "$PORT_OF_SENTINELS" sentinel get-master-addr-by-name veza 2>/dev/null | head -n 1
}

is_primary() {
  timeout 3 "$CLI" -h "$1" -p "$PORT_OF_SERVERS" info replication 2>/dev/null | grep -q '^role:master'
}

for_peers() {
  for peer in $SERVERS; do
    if [ "$peer" != "$SELF" ]; then "$1" "$peer"; fi
  done
}

print_primary() {
  if is_primary "$1"; then echo "$1"; fi
}

# Prints the host of the primary: what the sentinels of both peers agree on; else a peer that says it is the primary, so that
# there are never two; else the one that the sentinel of this pod knew last; else the first server.
find_primary() {
  agreed=$(for_peers ask_sentinel | sort | uniq -d)
  if [ -n "$agreed" ]; then
    echo "$agreed"
    return
  fi
  claimed=$(for_peers print_primary | head -n 1)
  known=$(sed -n 's/^sentinel monitor veza \([^ ]*\) .*/\1/p' "$SENTINEL_FILE" 2>/dev/null || true)
  first=${SERVERS%% *}
  claimed=${claimed:-$known}
  echo "${claimed:-$first}"
}

# The password of the servers and sentinels among each other: a digest, so that it needs no quotes in a file.
peer_password() {
  sha256sum "$CREDENTIAL_FILE" | cut -d ' ' -f 1
}

is_usable() {
  if [ "$(wc -c <"$CREDENTIAL_FILE")" -lt 16 ]; then
    echo "the password in $CREDENTIAL_FILE has fewer than 16 characters; set a longer one in the Secret" >&2
    return 1
  fi
}
