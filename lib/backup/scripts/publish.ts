/** What becomes a verified backup, and what is one no longer. Every change of the place is a move: seen whole or not at all. */
export const publishScript = `publish() {
  step "writing $name to the disk" sync "$unfinished/$name"/* "$unfinished/$name"
  # Nobody fetches a backup that is whole, so one of the same name is damaged.
  [ ! -e "$verified/$name" ] || step "putting the damaged $name aside" mv -T "$verified/$name" "$unfinished/$name.damaged"
  step "publishing $name" mv -T "$unfinished/$name" "$verified/$name"
  step "publishing $name" sync "$verified"
}

# What was fetched lies beside its place, as what is being made does.
adopt_backup() {
  require_sound "$unfinished/$name"
  publish
  cat "$verified/$name/record.json"
}

# The youngest stays, however old: a backup that cannot be made any more must not cost the last one that was.
remove_old() {
  local limit youngest each
  limit=$(date -u -d "-$KEEP_DAYS days" +%Y%m%dT%H%M%SZ)
  youngest=$(names | tail -n 1)
  for each in $(entries); do
    [[ $each < $limit && $each != "$youngest" ]] || continue
    # Out of sight in one move, so that half of a backup never looks like one.
    mv -T "$verified/$each" "$unfinished/$each" && rm -rf "$unfinished/$each" && continue
    echo "$program: $each is older than $KEEP_DAYS days and could not be removed" >&2
  done
}
`;
