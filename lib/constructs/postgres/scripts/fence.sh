#!/bin/sh
# fence.sh close BACKUP | open. While the fence of a restore is closed, no role of the services, of the migration or of the
# owner can log in, whatever reconciles the roles. The server keeps the fence as a setting of its maintenance database: that
# outlives a restart of the pod, and no backup contains settings of that database. Closing ends the sessions of these roles.
# Both verbs can be repeated, and neither needs the passwords. logins.sql reads the setting, under the same advisory lock as
# roles.sql.
set -eu
export PGOPTIONS='-c search_path=pg_catalog -c client_min_messages=warning -c statement_timeout=60s'
cd "$(dirname "$0")"

superuser() {
  psql --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 --output=/dev/null --set=owner="$DB_USER" \
    --set=logins="$(cat "$LOGINS_FILE")" "$@"
}

case $1 in
  close)
    superuser --set=backup="$2" <<'END'
ALTER DATABASE postgres SET veza.restoring = :'backup';
SELECT pg_advisory_lock(hashtext('roles'));
\i logins.sql
-- Only now: no new session can begin.
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE usename = :'owner' OR usename IN (SELECT role FROM jsonb_to_recordset(:'logins') AS login (role text));
END
    ;;
  open)
    superuser <<'END'
ALTER DATABASE postgres RESET veza.restoring;
SELECT pg_advisory_lock(hashtext('roles'));
\i logins.sql
END
    ;;
  *)
    echo "fence.sh: $1 is not a verb; use close or open" >&2
    exit 1
    ;;
esac
