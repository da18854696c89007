#!/bin/sh
# Makes the database cluster, if the volume has none. It is made in a temporary directory and then renamed, so that one
# that was left unfinished is never taken for a cluster. A directory with other content is left alone and stops the pod.
set -eu
if [ -s "$PGDATA/PG_VERSION" ]; then
  # The volume's fsGroup may have opened the directory to the group, and the server does not start on such a one.
  chmod 0700 "$PGDATA"
  exit 0
fi
rm -rf "$PGDATA.unfinished"
initdb --pgdata="$PGDATA.unfinished" --username=postgres --auth-local=peer --auth-host=reject \
  --encoding=UTF8 --locale=C.UTF-8 --data-checksums
mv -T "$PGDATA.unfinished" "$PGDATA"
sync "$(dirname "$PGDATA")"
