# shellcheck shell=bash
# What only reads the volume: the list of backups, the check of one, its roles.

# The files of a backup. The file missing lists what cannot be restored, if anything.
files_of() {
  echo database.dump
  [ ! -e "$1/missing" ] || echo missing
  printf '%s\n' record.json roles.json tables
}

# Everything that has the name of a backup, oldest first: the names are times.
entries() {
  [ ! -d "$complete" ] || find "$complete" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | grep -xE "$backup_name" | sort
}

# Names of the backups. A folder that lacks a file or the end of its dump is not a backup.
names() {
  local each
  for each in $(entries); do ! is_complete "$each" || echo "$each"; done
}

# The names of the files have no spaces.
# shellcheck disable=SC2046
is_complete() (
  cd "$complete/$1" && [ -s SHA256SUMS ] && ls $(files_of .) && [ -n "$(field "$1" finished)" ] &&
    [ "$(stat --format=%s database.dump)" = "$(field "$1" bytes)" ]
) >/dev/null 2>&1

# A backup whose record does not say was verified: earlier releases kept no others.
verified_names() {
  local each
  for each in $(names); do [ "$(field "$each" verified)" = false ] || echo "$each"; done
}

unverified_names() {
  local each
  for each in $(names); do [ "$(field "$each" verified)" != false ] || echo "$each"; done
}

name_at() {
  date -u -d "@$1" +%Y%m%dT%H%M%SZ
}

# Names more than an hour in the future: clocks of nodes differ by less.
in_future() {
  local each
  while read -r each; do [[ ! $each > $(name_at "$((begun + 3600))") ]] || echo "$each"; done
}

in_past() {
  local each
  while read -r each; do [[ $each > $(name_at "$((begun + 3600))") ]] || echo "$each"; done
}

field() {
  sed -nE "s/.*\"$2\":\"?([^,\"}]*).*/\1/p" "$complete/$1/record.json"
}

list_backups() {
  local each
  for each in $(names); do cat "$complete/$each/record.json" || fail "$each has no record"; done
}

require_sound() {
  cd "$1" 2>/dev/null || fail "there is no backup $name"
  [ "$(cut --characters=67- SHA256SUMS 2>/dev/null)" = "$(files_of .)" ] ||
    fail "$name is damaged: its list of checksums is incomplete"
  step "$name is damaged" sha256sum --check --quiet --strict SHA256SUMS >"$errors.sums"
  step "$name: its dump is damaged" pg_restore --list database.dump >/dev/null
  cd / || exit 1
}

check_backup() {
  require_sound "$complete/$name"
  cat "$complete/$name/record.json"
}

print_roles() {
  require_sound "$complete/$name"
  cat "$complete/$name/roles.json"
}
