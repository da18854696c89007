# shellcheck shell=bash
# What a restored database lacks compared with the saved one: one line an object, a tab, and the reason. A backup keeps the
# list of its own verification, so that a restore can tell what is expected from what went wrong.

note_missing() {
  printf '%s\t%s\n' "$1" "$2" >>"$missing"
}

# pg_restore continues after a statement that the server refuses. Any other error, such as a full disk, a lost connection or
# a damaged dump, says nothing about the object: then the restore itself failed. Objects are named by --verbose alone.
note_missing_objects() {
  rm -f "$errors.failure"
  awk -v failure="$errors.failure" '
    /^pg_restore: from TOC entry / {
      object = $0
      sub(/^[^;]*; [0-9]+ [0-9]+ /, "", object)
      sub(/ (\(no owner\)|[^ ]*)$/, "", object)
    }
    /^pg_restore: error: / {
      if ($0 !~ / ERROR:  / || /No space left|could not (extend|write|read)|out of |terminating|canceling/) {
        print >failure
        exit failed = 1
      }
      reason = $0
      sub(/^.* ERROR:  /, "", reason)
      if (!(object in seen)) print object "\t" reason
      seen[object]
    }
    /^pg_restore: warning: errors ignored on restore/ { ended = 1 }
    END { exit failed || !ended }
  ' "$errors" >>"$missing" && return
  [ -s "$errors.failure" ] || tail -n 1 "$errors" >"$errors.failure"
  mv "$errors.failure" "$errors"
  return 1
}

note_missing_rows() {
  awk -F '\t' '
    FILENAME == ARGV[1] { restored[$1] = $2; next }
    restored[$1] != $2 { print "rows of " $1 "\t" $2 " were saved, " restored[$1] + 0 " can be restored" }
  ' "$2" "$1" >>"$missing" || fail "comparing the rows"
}

note_missing_settings() {
  diff "$1" "$2" >"$WORK_DIRECTORY/difference" || [ "$?" = 1 ] || fail "comparing the roles"
  sed -nE 's/^< +(.*)/roles, grants and settings\tsaved as \1/p; s/^> +(.*)/roles, grants and settings\trestored as \1/p' \
    "$WORK_DIRECTORY/difference" >>"$missing"
}

# Only what the verification of the backup listed can be missing.
require_complete() {
  local known=/dev/null unexpected
  [ ! -e "$1/missing" ] || known=$1/missing
  unexpected=$(awk -F '\t' '
    FILENAME == ARGV[1] { known[$1]; next }
    !($1 in known) { print $1 ": " $2; exit }
  ' "$known" "$missing") || fail "comparing what is missing"
  [ -z "$unexpected" ] || fail "$2 lacks what was saved: $unexpected"
}
