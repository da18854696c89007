/** What only reads the volume: the list of the verified backups, the check of one, its roles. */
export const readScript = String.raw`# Names of the verified backups, oldest first. Their names are times, so their order is that of time.
names() {
  [ ! -d "$verified" ] || find "$verified" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' |
    grep -xE '[0-9]{8}T[0-9]{6}Z' | sort
}

list_backups() {
  local each
  for each in $(names); do cat "$verified/$each/record.json" || fail "$each has no record"; done
}

# A name may come from a keyboard: it leads nowhere but to a backup.
require_backup() {
  names | grep -qxF -- "$name" || fail "$name: there is no such backup; the verb list shows those that are"
}

files="database.dump database.sql record.json roles.sql tables"

require_sound() {
  require_backup
  cd "$verified/$name" || fail "$name cannot be read"
  [ "$(cut --characters=67- SHA256SUMS)" = "$(printf '%s\n' $files)" ] || fail "$name: its list of checksums is not whole"
  step "$name is damaged" sha256sum --check --quiet --strict SHA256SUMS >"$errors.sums"
  step "$name: its dump is damaged" pg_restore --list database.dump >/dev/null
  cd / || exit 1
}

check_backup() {
  require_sound
  cat "$verified/$name/record.json"
}

print_roles() {
  require_sound
  cat "$verified/$name/roles.sql"
}
`;
