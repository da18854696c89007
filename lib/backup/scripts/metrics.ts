/** What Prometheus is told: of the youngest backup that was verified, and of the last attempt, which may have failed. */
export const metricsScript = String.raw`metric() {
  printf '# HELP %s %s\n# TYPE %s gauge\n%s %s\n' "$1" "$2" "$1" "$1" "$3"
}

all_metrics() {
  local youngest
  metric postgres_backup_last_attempt_timestamp_seconds 'When the last backup was begun.' "$begun"
  metric postgres_backup_last_attempt_success 'Whether it was verified in the end.' "$([ "$1" = 0 ] && echo 1 || echo 0)"
  youngest=$(names | tail -n 1)
  [ -n "$youngest" ] || return 0
  metric postgres_backup_last_success_timestamp_seconds 'When the youngest verified backup was done.' \
    "$(date -u -d "$(field "$youngest" finished)" +%s)"
  metric postgres_backup_size_bytes 'Size of its dump.' "$(field "$youngest" bytes)"
  metric postgres_backup_database_size_bytes 'Size of the database then.' "$(field "$youngest" databaseBytes)"
  metric postgres_backup_duration_seconds 'How long it took, verification included.' "$(field "$youngest" seconds)"
}

# The old file stays until the new one is whole.
write_metrics() {
  { all_metrics "$1" >"$metrics/backup.prom.new" && mv "$metrics/backup.prom.new" "$metrics/backup.prom"; } 2>/dev/null ||
    echo "backup.sh create: the metrics could not be written" >&2
}
`;
