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

# Prints the primary that two of the sentinels name, or nothing. Clients wrote to the last primary only while two sentinels
# named it, and each of them keeps that on its volume: no two name an older one.
agreed_primary() {
  for sentinel in $SERVERS; do ask_sentinel "$sentinel"; done | sort | uniq -d
}

# Prints the primary for a sentinel that knows none yet: what two others agree on; else a peer that says it is the primary, so
# that there are never two; else the first server.
first_primary() {
  primary=$(agreed_primary)
  primary=${primary:-$(for_peers print_primary | head -n 1)}
  echo "${primary:-${SERVERS%% *}}"
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
