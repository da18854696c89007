#!/usr/bin/env bash
# backup.sh create | list | check NAME | import NAME | restore NAME | roles NAME
# As process 1 it only runs the work in a process group of its own and cleans up afterwards, so that a signal ends
# everything at once, whatever it was doing. Everything that differs between environments comes from environment variables
# and mounted files.
set -uo pipefail
export LC_ALL=C
# The group is the volume's, which the pods that scrape and copy share.
umask 0027
here=$(dirname "$0")
# shellcheck source-path=SCRIPTDIR
{
  . "$here/steps.sh"
  . "$here/read.sh"
  . "$here/missing.sh"
  . "$here/archive.sh"
  . "$here/verification-server.sh"
  . "$here/record.sh"
  . "$here/publish.sh"
  . "$here/retention.sh"
  . "$here/create.sh"
  . "$here/restore.sh"
  . "$here/metrics.sh"
}

complete=$BACKUPS/complete
unfinished=$BACKUPS/unfinished
metrics=$BACKUPS/metrics
errors=$WORK_DIRECTORY/errors
missing=$WORK_DIRECTORY/missing
omitted=$WORK_DIRECTORY/omitted
begun=$(date -u +%s)
backup_name='[0-9]{8}T[0-9]{6}Z'
group=
stopped=

# The trap calls it.
# shellcheck disable=SC2317
stop() {
  stopped=yes
  [ -z "$group" ] || kill -TERM -- "-$group" 2>/dev/null
}

# Only with job control has a background job a group of its own.
run() {
  [ -z "$stopped" ] || return 1
  set -m
  (set +m; trap - TERM INT; trap '' PIPE; "$@") &
  group=$!
  set +m
  [ -z "$stopped" ] || kill -TERM -- "-$group" 2>/dev/null
  wait "$group"
  code=$?
  # A trap ends wait before the job has ended.
  while kill -0 "$group" 2>/dev/null; do
    wait "$group"
    code=$?
  done
  group=
  return "$code"
}

# Two at once would compete for space, connections and unfinished files. The lock of a lost node ends with its pod.
lock() {
  mkdir -p "$unfinished" "$complete" "$metrics" || fail "the volume of the backups cannot be written"
  exec 9>>"$BACKUPS/lock" || fail "the volume of the backups cannot be written"
  run flock --wait "$LOCK_SECONDS" 9 && return
  [ -n "$stopped" ] || fail "another backup or restore has not ended within $LOCK_SECONDS seconds"
}

finish() {
  [ -z "$stopped" ] || fail "stopped by a signal before it was done"
  exit "$1"
}

trap stop TERM INT
[ "$#" -gt 0 ] || fail "name a verb: create, list, check, import, restore or roles"
verb=$1
program="backup.sh $verb"
case $verb in
  create | list) [ "$#" = 1 ] || fail "takes no argument" ;;
  # Earlier releases of the commands call it adopt.
  check | import | adopt | restore | roles)
    [ "$#" = 2 ] || fail "takes the name of one backup"
    name=$2
    # A person may have typed it, and it must not lead anywhere but to a backup.
    [[ $name =~ ^$backup_name$ ]] || fail "$name is not the name of a backup; the verb list prints those that exist"
    ;;
  *) fail "is not a verb; use create, list, check, import, restore or roles" ;;
esac

# Earlier releases kept only what was verified, in a folder of that name.
for each in "$BACKUPS"/verified/*/; do
  [ ! -d "$each" ] || { mkdir -p "$complete" && mv -nT "$each" "$complete/$(basename "$each")"; }
done 2>/dev/null

case $verb in
  create)
    lock
    begun=$(date -u +%s)
    name=$(name_at "$begun")
    run make_backup
    code=$?
    stop_verification_server
    rm -rf "$unfinished"
    write_metrics "$code"
    # A pod that succeeds writes its record here; one that fails leaves it empty, and Kubernetes takes the end of its log.
    [ "$code" != 0 ] || cat "$complete/$name/record.json" >/dev/termination-log
    finish "$code"
    ;;
  import | adopt)
    lock
    run import_backup
    code=$?
    rm -rf "$unfinished"
    finish "$code"
    ;;
  restore)
    lock
    run restore_backup
    code=$?
    [ "$code" = 0 ] || drop_restoring_soon
    finish "$code"
    ;;
  list) run list_backups ;;
  check) run check_backup ;;
  roles) run print_roles ;;
esac
finish "$?"
