/**
 * The fence of a restore: while it is closed, the services' role may not log in, whatever reconciles the roles. The server
 * itself remembers it, as a setting of its maintenance database: that outlives a restart of the pod, and no backup holds
 * settings of that database.
 */

/** Setting of the maintenance database that says which backup is being restored. */
export const fenceSetting = 'veza.restoring';

/** Orders the decisions on whether the services' role may log in: each one sees those before it. */
export const loginLock = "SELECT pg_advisory_lock(hashtext('roles'));";

/** Whether the services' role may log in: a word of ALTER ROLE, as the variable `login` of psql. */
export const loginSql = String.raw`SELECT CASE WHEN EXISTS (
    SELECT FROM pg_db_role_setting
    CROSS JOIN unnest(setconfig) AS setting
    WHERE setrole = 0 AND setting ^@ '${fenceSetting}='
      AND setdatabase = (SELECT oid FROM pg_database WHERE datname = 'postgres')
  ) THEN 'NOLOGIN' ELSE 'LOGIN' END AS login \gset`;

/**
 * `fence.sh close BACKUP | open`, run in the pod as the superuser. Closing ends the sessions of the services' role. Each
 * may be run any number of times, and neither needs the passwords.
 */
export const fenceScript = `set -eu
export PGOPTIONS='-c search_path=pg_catalog -c client_min_messages=warning -c statement_timeout=60s'

superuser() {
  psql --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 --output=/dev/null --set=user="$DB_USER" "$@"
}

case $1 in
  close)
    superuser --set=backup="$2" <<'END'
ALTER DATABASE postgres SET ${fenceSetting} = :'backup';
${loginLock}
ALTER ROLE :"user" NOLOGIN;
-- Only now: no session can begin any more.
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = :'user';
END
    ;;
  open)
    superuser <<'END'
ALTER DATABASE postgres RESET ${fenceSetting};
${loginLock}
ALTER ROLE :"user" LOGIN;
END
    ;;
  *)
    echo "fence.sh: $1 is no verb; use close or open" >&2
    exit 1
    ;;
esac
`;
