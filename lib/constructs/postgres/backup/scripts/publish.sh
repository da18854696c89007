# shellcheck shell=bash
# Publishes a backup by a rename, so that others see it complete or not at all.

publish() {
  step "writing $name to the disk" sync "$unfinished/$name"/* "$unfinished/$name"
  # A backup is only fetched if the volume has no intact one, so one of the same name is damaged.
  [ ! -e "$complete/$name" ] || step "setting the damaged $name aside" mv -T "$complete/$name" "$unfinished/$name.damaged"
  step "publishing $name" mv -T "$unfinished/$name" "$complete/$name"
  step "publishing $name" sync "$complete"
}

# A copy that was fetched is in the folder of unfinished backups, like one that is being made.
import_backup() {
  require_sound "$unfinished/$name"
  publish
  cat "$complete/$name/record.json"
}
