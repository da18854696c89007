/**
 * What is removed. A clock may be wrong: so no backup goes by its age alone, and one whose name is in the future counts for
 * nothing and stays.
 */
export const retentionScript = `# Old is what is older than it is kept, but for the newest: as many as there are days, and one that is not verified. Of
# those that are not verified a day leaves its last: a Job that fails is retried.
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

# Removes what is least missed until there is room: first what is old, then what is not verified, then what is old but
# would have stayed for being among the newest. The newest of each kind stays in any case.
make_room() {
  local each
  [ "$(free_bytes)" -lt "$1" ] || return 0
  remove_old
  for each in $(unverified_names | in_past | head -n -1; verified_names | in_past | head -n -1 | only_old); do
    [ "$(free_bytes)" -lt "$1" ] || return 0
    remove "$each"
  done
}

# Out of sight in one move, so that half of a backup never looks like one.
remove() {
  mv -T "$complete/$1" "$unfinished/$1" && rm -rf "$unfinished/$1" && return
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
    echo "$program: from the future: $future; a clock was wrong, or is: these count for nothing and are not removed" >&2
}
`;
