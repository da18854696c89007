/** How a backup gets to the others: by a move, so that it is seen whole or not at all. */
export const publishScript = `publish() {
  step "writing $name to the disk" sync "$unfinished/$name"/* "$unfinished/$name"
  # Nobody fetches a backup that is whole, so one of the same name is damaged.
  [ ! -e "$complete/$name" ] || step "putting the damaged $name aside" mv -T "$complete/$name" "$unfinished/$name.damaged"
  step "publishing $name" mv -T "$unfinished/$name" "$complete/$name"
  step "publishing $name" sync "$complete"
}

# What was fetched lies beside its place, as what is being made does.
adopt_backup() {
  require_sound "$unfinished/$name"
  publish
  cat "$complete/$name/record.json"
}
`;
