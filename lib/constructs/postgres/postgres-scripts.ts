import { loginLock, loginSql } from './fence';

/**
 * What the helpers of the PostgreSQL pod run: static text for POSIX sh and psql. Everything that differs comes from
 * environment variables and mounted files.
 */

/**
 * Makes the cluster, if the volume has none. It is made beside its place and then renamed into it, so that nothing that
 * was begun and killed is ever taken for a cluster. A directory with other content is left alone and stops the pod.
 */
export const initializeScript = String.raw`set -eu
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
`;

/** Makes a key and a certificate for this pod. Services encrypt without verifying (sslmode=require): nobody need know it. */
export const certificateScript = String.raw`set -eu
# openssl writes a key for its owner's eyes alone, and the server takes no other.
openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 \
  -subj "/CN=$TLS_HOST" -addext "subjectAltName=DNS:$TLS_HOST" \
  -keyout "$TLS_DIRECTORY/server.key" -out "$TLS_DIRECTORY/server.crt"
`;

/**
 * Least length of a password in bytes. Whoever has the password of the backup's role reads the verifiers of the others, so
 * these have to be too long to guess.
 */
export const minimumPasswordLength = 16;

/** Reads the passwords and applies `roles.sql` once. A shell sources it. */
export const reconcileScript = String.raw`# A setting of the database could have the superuser find functions that are not the server's own.
export PGOPTIONS='-c search_path=pg_catalog -c client_min_messages=warning'

usable() {
  if ! [ -s "$1" ]; then
    echo "the password in $1 is empty or missing; set it in the Secret" >&2
    return 1
  fi
  if ! tr -d '\r\n' <"$1" | cmp -s - "$1"; then
    echo "the password in $1 has a line break, which clients would send with it; remove it in the Secret" >&2
    return 1
  fi
  if [ "$(wc -c <"$1")" -lt ${minimumPasswordLength} ]; then
    echo "the password in $1 has fewer than ${minimumPasswordLength} characters; set a longer one in the Secret" >&2
    return 1
  fi
}

twice() {
  cat "$1"
  echo
  cat "$1"
  echo
}

reconcile() {
  usable "$CREDENTIAL_FILE" && usable "$BACKUP_CREDENTIAL_FILE" || return 1
  # Without a terminal (setsid) psql reads each new password, twice, from its input.
  { twice "$CREDENTIAL_FILE"; twice "$BACKUP_CREDENTIAL_FILE"; } |
    timeout 60 setsid --wait psql --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 \
      --set=name="$DB_NAME" --set=user="$DB_USER" --file="$ROLES_SQL" >"$STATE_DIRECTORY/log.$$" 2>&1 || {
      cat "$STATE_DIRECTORY/log.$$" >&2
      return 1
    }
}
`;

/**
 * Holds roles, passwords, database and grants to what they should be: when the pod starts and whenever a password file
 * changes. The pod is ready from the first time that it succeeded; a later failure leaves the last good state in force.
 */
export const rolesScript = `set -eu
. "$(dirname "$0")/reconcile.sh"

# As process 1 a shell ignores the signals that it does not trap, and the pod's end would have to wait for its kill.
trap 'exit 0' INT TERM

rm -f "$STATE_DIRECTORY/ready"
applied=nothing
while true; do
  touch "$STATE_DIRECTORY/alive"
  current=$(sha256sum "$CREDENTIAL_FILE" "$BACKUP_CREDENTIAL_FILE") || current=unreadable
  if [ "$current" != "$applied" ] && pg_isready --quiet && reconcile; then
    applied=$current
    touch "$STATE_DIRECTORY/ready"
    echo "role $DB_USER and database $DB_NAME are as they should be"
  fi
  # In the background, because a trap waits for a foreground command to end.
  sleep 2 &
  wait $!
done
`;

/** Every statement may run any number of times, on a new cluster as on one that another version or another hand made. */
export const rolesSql = String.raw`${loginLock}

SELECT format('CREATE ROLE %I', :'user')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec

-- The server gets only a verifier that psql computes: it cannot log the password, nor show it in pg_stat_activity.
\password :user

${loginSql}
ALTER ROLE :"user" :login NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT -1 VALID UNTIL 'infinity';

-- It backs up and restores, over the network. With its password one reads and changes all data, drops databases and ends
-- sessions, as whoever restores has to, and reads the verifiers of passwords, which pg_read_all_data includes: passwords
-- have to be too long to guess. One does not become a superuser, make roles, or reach the server's files.
SELECT 'CREATE ROLE postgres_backup'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_backup') \gexec
\password postgres_backup
ALTER ROLE postgres_backup LOGIN INHERIT NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS
  CONNECTION LIMIT 2 VALID UNTIL 'infinity';

-- What a role may do by membership it may do without being a superuser: write the server's files, run its programs. The
-- backup's role is among those that the services must not become, however many roles are between.
SELECT format('REVOKE %I FROM %I', granted.rolname, member.rolname)
FROM pg_auth_members AS membership
JOIN pg_roles AS granted ON granted.oid = membership.roleid
JOIN pg_roles AS member ON member.oid = membership.member
WHERE (
    member.rolname = :'user'
    AND EXISTS (
      SELECT FROM pg_roles AS power
      WHERE (power.rolsuper OR power.rolname ^@ 'pg_' OR power.rolname = 'postgres_backup')
        AND pg_has_role(granted.oid, power.oid, 'MEMBER')
    )
  )
  OR (
    member.rolname = 'postgres_backup'
    AND (granted.rolsuper OR granted.rolname ^@ 'pg_')
    AND granted.rolname NOT IN ('pg_read_all_data', 'pg_signal_backend')
  ) \gexec
GRANT pg_read_all_data, pg_signal_backend, :"user" TO postgres_backup;

SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'user')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"name" OWNER TO :"user";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;

SELECT 'CREATE ROLE postgres_exporter'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_exporter') \gexec
ALTER ROLE postgres_exporter LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 5 PASSWORD NULL VALID UNTIL 'infinity';
GRANT pg_monitor TO postgres_exporter;
GRANT CONNECT ON DATABASE :"name" TO postgres_exporter;

\connect :"name"
-- As in a database that PostgreSQL 15 made: the schema is the database owner's, and nobody else may create in it.
DO $$
BEGIN
  IF to_regnamespace('public') IS NOT NULL THEN
    ALTER SCHEMA public OWNER TO pg_database_owner;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT ALL ON SCHEMA public TO pg_database_owner;
  END IF;
END
$$;
`;
