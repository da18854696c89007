#!/bin/sh
# A server is ready as the primary, or as a replica that has all data: an update of the pods goes on only then.
set -eu
info=$("$CLI" -e -h 127.0.0.1 -p "$PORT" info replication)
case $info in *role:master* | *master_link_status:up*) ;; *) exit 1 ;; esac
