# shellcheck shell=bash
# The record of a backup: one line of JSON, which the commands read.

# Writes the record of a backup and its checksums. Without a reason against it the backup is verified.
write_record() {
  local finished tables rows
  finished=$(date -u +%s)
  tables=$(grep -vc '^large objects' "$1/tables")
  rows=$(grep -v '^large objects' "$1/tables" | grep -oE '[0-9]+$' | paste --serial --delimiters=+)
  printf '{"name":"%s","finished":"%s","bytes":%d,"databaseBytes":%d,"seconds":%d,"tables":%d,"rows":%d,"verified":%s,"reason":%s,"missing":[%s]}\n' \
    "$name" "$(date -u -d "@$finished" +%Y-%m-%dT%H:%M:%SZ)" "$(stat --format=%s "$1/database.dump")" \
    "$database_bytes" "$((finished - begun))" "$tables" "$((rows))" "$([ -z "$2" ] && echo true || echo false)" \
    "$(echo "$2" | json_strings)" "$([ ! -e "$1/missing" ] || json_strings <"$1/missing")" \
    >"$1/record.json" || fail "writing the record"
  # The names of the files have no spaces.
  # shellcheck disable=SC2046
  step "writing the checksums" in_directory "$1" sha256sum $(files_of "$1") >"$1/SHA256SUMS"
}

# Each line as a string of JSON, separated by commas. Messages of a server may contain bytes that are not UTF-8.
json_strings() {
  iconv --from-code=UTF-8 --to-code=UTF-8 -c | tr -d '\000-\010\013-\037' |
    sed 's/\\/\\\\/g; s/"/\\"/g; s/\t/: /g; s/.*/"&"/' | paste --serial --delimiters=,
}

in_directory() (
  cd "$1" && shift && "$@"
)
