# shellcheck shell=bash
# A temporary server for the verification, on the volume of the backups: what can be restored there can be restored.

# It keeps nothing, so nothing is synced; it listens on a socket of this pod only, so no password is needed.
start_verification_server() {
  step "making the verification server" initdb --pgdata="$unfinished/verification-server" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  cat >>"$unfinished/verification-server/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$WORK_DIRECTORY'
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 128MB
max_connections = 10
max_parallel_workers = 0
max_parallel_maintenance_workers = 0
END
  step "starting the verification server" pg_ctl start --wait --timeout=60 --silent --pgdata="$unfinished/verification-server" \
    --log="$WORK_DIRECTORY/verification-server.log"
}

stop_verification_server() {
  [ ! -e "$unfinished/verification-server/postmaster.pid" ] ||
    pg_ctl stop --wait --timeout=20 --silent --mode=immediate --pgdata="$unfinished/verification-server" >/dev/null 2>&1
}

# The roles come from the backup itself. They are applied once for the role that restores, and again over what is there,
# as on the real server. Fails where the restore itself fails; what cannot be restored is listed in the file $missing.
verify_backup() (
  unset PGPASSWORD
  start_verification_server
  export PGHOST=$WORK_DIRECTORY PGSSLMODE=disable PGCHANNELBINDING=disable
  restore_roles "$here/make-roles.sql" "$1"
  restore_roles "$here/apply-roles.sql" "$1"
  restore_into "$1" "$DB_NAME"
  restore_roles "$here/apply-roles.sql" "$1"
  step "reading the restored roles" sql --dbname="$DB_NAME" --file="$here/roles.sql" --output="$WORK_DIRECTORY/roles"
  note_missing_settings "$1/roles.json" "$WORK_DIRECTORY/roles"
)

restore_roles() {
  step "restoring the roles" sql --username=postgres --dbname=postgres --single-transaction --set=name="$DB_NAME" \
    --file="$1" <"$2/roles.json" >/dev/null
}
