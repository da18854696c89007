#!/bin/sh
# A server is ready as the primary, or as a replica that has all data: an update of the pods goes on only then. From then on
# a replica may also become the primary; before, its data can be as old as its volume.
set -eu
info=$("$CLI" -e -h 127.0.0.1 -p "$PORT" info replication)
case $info in *role:master* | *master_link_status:up*) ;; *) exit 1 ;; esac
case $info in *slave_priority:0*) sh "$(dirname "$0")/admin.sh" -e config set replica-priority 100 >/dev/null ;; esac
