/** What only reads the volume: the list of the verified backups, the check of one, its roles. */
export const readScript = String.raw`files="database.dump record.json roles.json tables"

# Whatever has the name of a backup, oldest first. The names are times, so their order is that of time.
entries() {
  [ ! -d "$verified" ] || find "$verified" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | grep -xE "$backup_name" | sort
}

# Names of the backups. What lacks a file or the end of its dump is none, whoever put it there.
names() {
  local each
  for each in $(entries); do ! is_whole "$each" || echo "$each"; done
}

is_whole() (
  cd "$verified/$1" && [ -s SHA256SUMS ] && ls $files && [ -n "$(field "$1" finished)" ] &&
    [ "$(stat --format=%s database.dump)" = "$(field "$1" bytes)" ]
) >/dev/null 2>&1

field() {
  sed -nE "s/.*\"$2\":\"?([^,\"}]*).*/\1/p" "$verified/$1/record.json"
}

list_backups() {
  local each
  for each in $(names); do cat "$verified/$each/record.json" || fail "$each has no record"; done
}

require_sound() {
  cd "$1" 2>/dev/null || fail "there is no backup $name"
  [ "$(cut --characters=67- SHA256SUMS 2>/dev/null)" = "$(printf '%s\n' $files)" ] ||
    fail "$name is damaged: its list of checksums is not whole"
  step "$name is damaged" sha256sum --check --quiet --strict SHA256SUMS >"$errors.sums"
  step "$name: its dump is damaged" pg_restore --list database.dump >/dev/null
  cd / || exit 1
}

check_backup() {
  require_sound "$verified/$name"
  cat "$verified/$name/record.json"
}

print_roles() {
  require_sound "$verified/$name"
  cat "$verified/$name/roles.json"
}
`;
