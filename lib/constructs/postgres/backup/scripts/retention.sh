# shellcheck shell=bash
# What is removed. A clock may be wrong, so no backup is removed because of its age alone, and one whose name is in the
# future is neither counted nor removed.

# Removes backups older than KEEP_DAYS, except the newest: as many as there are days, and one that is not verified. Of a
# day's unverified backups only the last is kept: a Job that fails is retried.
remove_old() {
  local each kept
  kept=$(verified_names | in_past | tail -n "$KEEP_DAYS"; unverified_names | in_past | tail -n 1)
  for each in $(entries | in_past); do
    ! is_old "$each" || grep -qxF "$each" <<<"$kept" || remove "$each"
  done
  remove_repeated
}

remove_repeated() {
  local each earlier=
  for each in $(unverified_names | in_past); do
    [ "$(day_of "$each")" != "$(day_of "$earlier")" ] || remove "$earlier"
    earlier=$each
  done
}

day_of() {
  echo "$1" | cut -d T -f 1
}

# Removes the least valuable backups until enough space is free: first old ones, then unverified ones, then old ones that
# were kept for being among the newest. The newest of each kind is never removed.
free_space() {
  local each
  [ "$(free_bytes)" -lt "$1" ] || return 0
  remove_old
  for each in $(unverified_names | in_past | head -n -1; verified_names | in_past | head -n -1 | only_old); do
    [ "$(free_bytes)" -lt "$1" ] || return 0
    remove "$each"
  done
}

# Renamed first, so that a half-removed backup never looks like one.
remove() {
  mv -T "$complete/$1" "$unfinished/$1" && rm -rf "${unfinished:?}/$1" && return
  echo "$program: $1 could not be removed" >&2
}

is_old() {
  [[ $1 < $(name_at "$((begun - KEEP_DAYS * 86400))") ]]
}

only_old() {
  local each
  while read -r each; do ! is_old "$each" || echo "$each"; done
}

report_future() {
  local future
  future=$(names | in_future | paste --serial --delimiters=' ')
  [ -z "$future" ] ||
    echo "$program: names in the future: $future; a clock was or is wrong: these are neither counted nor removed" >&2
}
