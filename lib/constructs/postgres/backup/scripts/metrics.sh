# shellcheck shell=bash
# What Prometheus scrapes: of the latest verified backup, and of the last attempt. Backups whose names are in the future are
# counted but are never the latest: they would look fresh until their time has come.

metric() {
  printf '# HELP %s %s\n# TYPE %s gauge\n%s %s\n' "$1" "$2" "$1" "$1" "$3"
}

all_metrics() {
  local latest
  metric postgres_backup_last_attempt_timestamp_seconds 'When the last backup was begun.' "$begun"
  metric postgres_backup_last_attempt_success 'Whether it was verified in the end.' "$([ "$1" = 0 ] && echo 1 || echo 0)"
  metric postgres_backup_unverified 'Whether the latest backup is kept although it is not verified.' \
    "$([ "$(latest names)" = "$(latest verified_names)" ] && echo 0 || echo 1)"
  metric postgres_backup_future 'Number of backups whose names are in the future.' "$(names | in_future | wc -l)"
  latest=$(latest verified_names)
  [ -n "$latest" ] || return 0
  metric postgres_backup_last_success_timestamp_seconds 'When the latest verified backup was done.' \
    "$(date -u -d "$(field "$latest" finished)" +%s)"
  metric postgres_backup_size_bytes 'Size of its dump.' "$(field "$latest" bytes)"
  metric postgres_backup_database_size_bytes 'Size of the database then.' "$(field "$latest" databaseBytes)"
  metric postgres_backup_duration_seconds 'How long it took, verification included.' "$(field "$latest" seconds)"
}

# The latest of the names that a function prints: names, verified_names.
latest() {
  "$1" | in_past | tail -n 1
}

# The old file stays until the new one is whole.
write_metrics() {
  { all_metrics "$1" >"$metrics/backup.prom.new" && mv "$metrics/backup.prom.new" "$metrics/backup.prom"; } 2>/dev/null ||
    echo "backup.sh create: the metrics could not be written" >&2
}
