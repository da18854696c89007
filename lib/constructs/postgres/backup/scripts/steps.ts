/** How a step is run and how its failure is told: the last line on stderr is the cause, whole. */
export const stepsScript = String.raw`program=backup.sh

fail() {
  echo "$program: $*" >&2
  exit 1
}

# Programs of PostgreSQL say first what went wrong, and then much that follows from it.
complaint() {
  grep -m 1 -E 'ERROR|FATAL|error:|No space left' "$errors" || head -n 1 "$errors"
}

# Runs a step of the work under a name that people understand.
step() {
  local what=$1
  shift
  "$@" 2>"$errors" || fail "$what: $(complaint)"
}

# Asks or tells the server something. Nothing that a service left behind takes part in it: see PGOPTIONS.
sql() {
  psql --no-psqlrc --quiet --no-align --tuples-only --no-password --field-separator=$'\t' --set=ON_ERROR_STOP=1 "$@"
}

# The password is read when it is needed: the Secret may have changed since the pod began.
log_in() {
  [ -s "$CREDENTIAL_FILE" ] || fail "the password in the Secret is empty; set it"
  PGPASSWORD=$(cat "$CREDENTIAL_FILE")
  export PGPASSWORD
}

exists() {
  local found
  found=$(printf '%s\n' "SELECT 1 FROM pg_database WHERE datname = :'name'" |
    sql --dbname=postgres --set=name="$1" 2>"$errors") || fail "asking for database $1: $(complaint)"
  [ "$found" = 1 ]
}
`;
