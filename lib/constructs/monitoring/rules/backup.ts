import { backupWorkloads, replicasBeforeRestore, restoreJobPrefix } from '../../../platform/backup-names';
import { scrapeJobs } from '../scrape-endpoints';
import { is, isNot, type Matchers, matches, select } from './promql';
import { type Alert, type ObservedBackup, page, type RuleContext, warn } from './rule';

/** Alerts on the backups of an in-cluster PostgreSQL. */
export function makeBackupAlerts(input: RuleContext, backup: ObservedBackup): Alert[] {
  const store = { job: is(scrapeJobs.backup), namespace: is(input.namespace) };
  const attempt = select('postgres_backup_last_attempt_timestamp_seconds', store);
  const size = select('postgres_backup_size_bytes', store);
  return [
    alertTooOld(input, store, backup),
    // A warning only: BackupTooOld pages if no backup is verified in time.
    warn('BackupUnverified', '15m', {
      expr: `max by (namespace) (${select('postgres_backup_unverified', store)}) > 0`,
      summary: 'The latest backup could not be restored completely',
      description:
        'The latest backup of {{ $labels.namespace }} is kept, but its test restore was incomplete: a database ' +
        'restored from it would miss data or objects.',
    }),
    warn('BackupFromFuture', '15m', {
      expr: `max by (namespace) (${select('postgres_backup_future', store)}) > 0
or
max by (namespace) (${attempt}) - time() > ${clockTolerance}`,
      summary: 'A backup is dated in the future',
      description:
        'A backup of {{ $labels.namespace }} is dated in the future: the clock of a node is wrong, or was wrong ' +
        'when the backup was made.',
    }),
    // Compares with the largest backup of a week, so that data deleted on purpose raises the alert for a week at most.
    warn('BackupShrunk', '15m', {
      expr: `max by (namespace) (${size})
/ (max by (namespace) (max_over_time(${size}[7d])) > 0)
< 0.5`,
      summary: 'The latest backup is much smaller than earlier ones',
      description:
        'The latest backup of {{ $labels.namespace }} has {{ $value | humanizePercentage }} of the size of the ' +
        'largest one of the last 7 days. Data may be missing.',
    }),
    ...(backup.isCopied ? [alertCopyTooOld(input, backup)] : []),
    alertRestoreInProgress(input),
  ];
}

/** Tolerated difference between the clocks of two nodes, in seconds. */
const clockTolerance = 3600;

/**
 * Fires also if there has never been a backup, which is no series at all, or if the latest one is dated in the future:
 * otherwise a clock that was wrong once would keep this alert from firing until that time.
 */
function alertTooOld(input: RuleContext, store: Matchers, { maxAgeHours }: ObservedBackup): Alert {
  const done = select('postgres_backup_last_success_timestamp_seconds', store);
  return page('BackupTooOld', '1h', {
    expr: `time() - max by (namespace) (${done}) > ${maxAgeHours * 3600}
or
max by (namespace) (${done}) - time() > ${clockTolerance}
or
absent(${done})
${unlessNew(input, backupWorkloads.backup, maxAgeHours)}`,
    summary: 'The database has no recent verified backup',
    description: `{{ $labels.namespace }} has no verified backup of the last ${maxAgeHours} hours.`,
  });
}

/** Kubernetes knows the last success of the CronJob that copies; if it never succeeded, there is no series. */
function alertCopyTooOld(input: RuleContext, { maxAgeHours }: ObservedBackup): Alert {
  const copied = select('kube_cronjob_status_last_successful_time', {
    job: is(scrapeJobs.kubeStateMetrics),
    namespace: is(input.namespace),
    cronjob: is(backupWorkloads.copy),
  });
  return page('BackupCopyTooOld', '1h', {
    expr: `time() - max by (namespace) (${copied}) > ${maxAgeHours * 3600}
or
absent(${copied})
${unlessNew(input, backupWorkloads.copy, maxAgeHours)}`,
    summary: 'Backups are not copied out of the cluster',
    description: `No backup of {{ $labels.namespace }} was copied to the bucket in the last ${maxAgeHours} hours.`,
  });
}

/** Excludes a new environment, whose CronJob has not run yet. Without a series about it, the environment is not new. */
function unlessNew({ namespace }: RuleContext, cronJob: string, maxAgeHours: number): string {
  const created = { job: is(scrapeJobs.kubeStateMetrics), namespace: is(namespace), cronjob: is(cronJob) };
  return `unless on ()
time() - max(${select('kube_cronjob_created', created)}) < ${maxAgeHours * 3600}`;
}

/**
 * A restore has paused the services and is running: they were paused in the last 15 minutes, or its Job ran in these.
 * A restore that was killed does not run, so its services page. The alert lasts ten minutes after the services are
 * resumed, until their metrics are scraped.
 */
function alertRestoreInProgress(input: RuleContext): Alert {
  const ksm = { job: is(scrapeJobs.kubeStateMetrics), namespace: is(input.namespace) };
  const annotation = `annotation_${replicasBeforeRestore.replace(/\W/g, '_')}`;
  const stopped = select('kube_deployment_annotations', { ...ksm, [annotation]: isNot('') });
  const working = select('kube_job_status_active', { ...ksm, job_name: matches(`${restoreJobPrefix}.*`) });
  const stillStopped = `max by (namespace) (max_over_time(${stopped}[10m]))`;
  return warn('RestoreInProgress', '0s', {
    expr: `(
  ${stillStopped}
  unless
  max by (namespace) (${stopped} offset 15m)
)
or
(
  ${stillStopped}
  and
  max by (namespace) (max_over_time(${working}[15m])) > 0
)`,
    summary: 'A restore of the database is in progress',
    description:
      'A restore has paused the services of {{ $labels.namespace }}. Their alerts are muted in the meantime.',
  });
}
