/** A server of nobody's on the volume of the backups: what can be restored there can be restored. */
export const scratchScript = String.raw`# It keeps nothing, so nothing is synced; it listens on a socket of this pod alone, so nobody needs a password.
start_scratch() {
  step "making the scratch server" initdb --pgdata="$unfinished/scratch" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  cat >>"$unfinished/scratch/postgresql.conf" <<END
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
  step "starting the scratch server" pg_ctl start --wait --timeout=60 --silent --pgdata="$unfinished/scratch" \
    --log="$WORK_DIRECTORY/scratch.log"
}

stop_scratch() {
  [ ! -e "$unfinished/scratch/postmaster.pid" ] ||
    pg_ctl stop --wait --timeout=20 --silent --mode=immediate --pgdata="$unfinished/scratch" >/dev/null 2>&1
}

# The roles come from the backup itself, and twice, since the real server has most of them already.
verify_backup() (
  unset PGPASSWORD
  start_scratch
  export PGHOST=$WORK_DIRECTORY PGSSLMODE=disable
  for time in first second; do
    step "restoring the roles a $time time" sql --username=postgres --dbname=postgres --single-transaction \
      --file="$1/roles.sql" >/dev/null
  done
  restore_into "$1" "$DB_NAME"
)
`;
