#!/bin/sh
# set-aside.sh NAME BYTES, run on the volume while the server is stopped: renames the data of a damaged server, so that
# the next start makes a fresh one. Data that were set aside under a name are never replaced. Nothing is changed if the
# volume has fewer than BYTES bytes free.
set -eu
volume=$(dirname "$PGDATA")
if [ ! -e "$PGDATA" ] || [ -e "$PGDATA.$1" ]; then
  echo "the data were set aside before"
  exit
fi
free=$(df --output=avail --block-size=1 "$volume" | tail -n 1)
if [ "$free" -lt "$2" ]; then
  echo "the volume has $free bytes free besides the damaged data, and the restored database needs $2; enlarge the volume" >&2
  exit 1
fi
mv -T "$PGDATA" "$PGDATA.$1"
sync "$volume"
echo "the data are in $PGDATA.$1"
