# shellcheck shell=bash
# How a step is run and how its failure is reported: the last line on stderr is the whole reason.

program=backup.sh

fail() {
  echo "$program: $*" >&2
  exit 1
}

# Programs of PostgreSQL print first what went wrong, and then what follows from it.
first_error() {
  grep -m 1 -E 'ERROR|FATAL|error:|No space left' "$errors" || head -n 1 "$errors"
}

# Runs a step of the work; $1 describes it in the error.
step() {
  local what=$1
  shift
  "$@" 2>"$errors" || fail "$what: $(first_error)"
}

# Runs SQL. Functions that a service has defined are never found: see PGOPTIONS.
sql() {
  psql --no-psqlrc --quiet --no-align --tuples-only --no-password --field-separator=$'\t' --set=ON_ERROR_STOP=1 "$@"
}

# The password is read when it is needed: the Secret may have changed since the pod started.
log_in() {
  [ -s "$CREDENTIAL_FILE" ] || fail "the password in the Secret is empty; set it"
  PGPASSWORD=$(cat "$CREDENTIAL_FILE")
  export PGPASSWORD
}

exists() {
  local found
  found=$(printf '%s\n' "SELECT 1 FROM pg_database WHERE datname = :'name'" |
    sql --dbname=postgres --set=name="$1" 2>"$errors") || fail "asking for database $1: $(first_error)"
  [ "$found" = 1 ]
}
