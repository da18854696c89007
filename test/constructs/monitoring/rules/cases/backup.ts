import type { AlertCase, QuietCase } from '../alert-case';

const store = '{job="postgres-backup-store", namespace="veza-production", pod="store-1", instance="store-1"}';
const done = `postgres_backup_last_success_timestamp_seconds${store}`;
const size = `postgres_backup_size_bytes${store}`;
const isUnverified = `postgres_backup_unverified${store}`;
const future = `postgres_backup_future${store}`;
const attempt = `postgres_backup_last_attempt_timestamp_seconds${store}`;
const copied =
  'kube_cronjob_status_last_successful_time{job="kube-state-metrics", namespace="veza-production", ' +
  'cronjob="postgres-backup-copy"}';

const tooOld = {
  summary: 'The database has no recent verified backup',
  description: 'veza-production has no verified backup of the last 2 hours.',
};
const notCopied = {
  summary: 'Backups are not copied out of the cluster',
  description: 'No backup of veza-production was copied to the bucket in the last 2 hours.',
};
const notVerified = {
  summary: 'The latest backup could not be restored completely',
  description:
    'The latest backup of veza-production is kept, but its test restore was incomplete: a database restored from ' +
    'it would miss data or objects.',
};
const ahead = {
  summary: 'A backup is dated in the future',
  description:
    'A backup of veza-production is dated in the future: the clock of a node is wrong, or was wrong when the ' +
    'backup was made.',
};
const warning = { severity: 'warning', namespace: 'veza-production' };
const critical = { severity: 'critical', namespace: 'veza-production' };

const ksm = 'job="kube-state-metrics", namespace="veza-production"';
const stopped = `kube_deployment_annotations{${ksm}, deployment="veza-chat-server", annotation_veza_app_replicas_before_restore="3"}`;
const untouched = `kube_deployment_annotations{${ksm}, deployment="veza-chat-server"}`;
const restoring = `kube_job_status_active{${ksm}, job_name="postgres-backup-restore-20261125t021500z-3f9a1c"}`;
const backingUp = `kube_job_status_active{${ksm}, job_name="postgres-backup-create-20261125t021500z-3f9a1c"}`;
const inProgress = [
  {
    labels: { severity: 'warning', namespace: 'veza-production' },
    summary: 'A restore of the database is in progress',
    description: 'A restore has paused the services of veza-production. Their alerts are muted in the meantime.',
  },
];

const created = (cronjob: string) =>
  `kube_cronjob_created{job="kube-state-metrics", namespace="veza-production", cronjob="${cronjob}"}`;

/** Minute 120 is the second hour: at the next one, what was done at 0 is older. */
const fresh = 2 * 60;

export const backupCases: readonly AlertCase[] = [
  {
    alert: 'BackupTooOld',
    when: 'there is none after the first night',
    series: { [created('postgres-backup')]: `0x${fresh + 100}` },
    minute: fresh + 60,
    fires: [{ labels: { ...critical, job: 'postgres-backup-store' }, ...tooOld }],
    below: { [done]: `_x100 ${fresh * 60}x100` },
  },
  {
    alert: 'BackupCopyTooOld',
    when: 'there is none after the first night',
    series: { [created('postgres-backup-copy')]: `0x${fresh + 100}` },
    minute: fresh + 60,
    fires: [{ labels: { ...critical, job: 'kube-state-metrics', cronjob: 'postgres-backup-copy' }, ...notCopied }],
    below: { [copied]: `_x100 ${fresh * 60}x100` },
  },
  {
    alert: 'BackupTooOld',
    when: 'the latest is older than it may be',
    series: { [done]: `0x${fresh + 100}` },
    minute: fresh + 1 + 60,
    fires: [{ labels: critical, ...tooOld }],
    below: { [done]: `0x${fresh + 30} ${fresh * 60}x70` },
  },
  {
    alert: 'BackupTooOld',
    when: 'there is no series of one',
    series: { up: '1x70' },
    minute: 60,
    fires: [{ labels: { ...critical, job: 'postgres-backup-store' }, ...tooOld }],
    below: { [done]: '0x70' },
  },
  {
    alert: 'BackupTooOld',
    when: 'the latest is 400 days ahead, since a clock was',
    series: { [done]: `${400 * 86_400}x80` },
    minute: 60,
    fires: [{ labels: critical, ...tooOld }],
    // The clocks of two nodes may differ.
    below: { [done]: '3600x80' },
  },
  {
    alert: 'BackupUnverified',
    when: 'the latest could not be restored',
    series: { [isUnverified]: '1x30' },
    minute: 15,
    fires: [{ labels: warning, ...notVerified }],
    below: { [isUnverified]: '0x30' },
  },
  {
    alert: 'BackupFromFuture',
    when: 'one has a name that is still to come',
    series: { [future]: '1x30' },
    minute: 15,
    fires: [{ labels: warning, ...ahead }],
    below: { [future]: '0x30' },
  },
  {
    alert: 'BackupFromFuture',
    when: 'the last was made by a clock that is ahead',
    series: { [attempt]: `${400 * 86_400}x30` },
    minute: 15,
    fires: [{ labels: warning, ...ahead }],
    below: { [attempt]: '3600x30' },
  },
  {
    alert: 'BackupShrunk',
    when: 'half of it is gone',
    series: { [size]: '1000x9 499x30' },
    minute: 25,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production' },
        summary: 'The latest backup is much smaller than earlier ones',
        description:
          'The latest backup of veza-production has 49.9% of the size of the largest one of the last 7 days. Data ' +
          'may be missing.',
      },
    ],
    below: { [size]: '1000x9 500x30' },
  },
  {
    alert: 'BackupCopyTooOld',
    when: 'the last copy is older than a backup may be',
    series: { [copied]: `0x${fresh + 100}` },
    minute: fresh + 1 + 60,
    fires: [{ labels: critical, ...notCopied }],
    below: { [copied]: `0x${fresh + 30} ${fresh * 60}x70` },
  },
  {
    alert: 'BackupCopyTooOld',
    when: 'there has never been one',
    series: { up: '1x70' },
    minute: 60,
    fires: [{ labels: { ...critical, job: 'kube-state-metrics', cronjob: 'postgres-backup-copy' }, ...notCopied }],
    below: { [copied]: '0x70' },
  },
  {
    alert: 'RestoreInProgress',
    when: 'a restore has just stopped a service',
    series: { [stopped]: '_x12 1x30' },
    minute: 12,
    fires: inProgress,
    below: { [stopped]: '_x40', [untouched]: '1x40' },
  },
  {
    alert: 'RestoreInProgress',
    when: 'its Job works, however long ago the services were stopped',
    series: { [stopped]: '1x60', [restoring]: '_x50 1x60' },
    minute: 50,
    fires: inProgress,
    below: { [restoring]: '_x60', [backingUp]: '1x60' },
  },
  {
    alert: 'RestoreInProgress',
    when: 'the services were started again less than ten minutes ago',
    series: { [stopped]: '1x30 _x60', [restoring]: '_x36 1x40' },
    minute: 36,
    fires: inProgress,
    below: { [stopped]: '1x25 _x60' },
  },
];

export const backupQuiet: readonly QuietCase[] = [
  {
    alert: 'BackupTooOld',
    when: 'the environment is new, and its first night is to come',
    series: { [created('postgres-backup')]: `0x${fresh + 50}` },
    minutes: [60, 90, fresh - 1],
  },
  {
    alert: 'BackupCopyTooOld',
    when: 'the environment is new, and its first night is to come',
    series: { [created('postgres-backup-copy')]: `0x${fresh + 50}` },
    minutes: [60, 90, fresh - 1],
  },
  {
    alert: 'RestoreInProgress',
    when: 'the restore was killed a quarter of an hour ago, so that the services it stopped page',
    series: { [stopped]: '1x90', [restoring]: '1x30 _x60' },
    minutes: [50, 80],
  },
  {
    alert: 'RestoreInProgress',
    when: 'the services were started again ten minutes ago',
    series: { [stopped]: '1x30 _x60', [restoring]: '1x30 _x60' },
    minutes: [41, 45],
  },
  {
    alert: 'BackupShrunk',
    when: 'it is empty from the first day',
    series: { [size]: '0x40' },
    minutes: [30],
  },
  {
    alert: 'BackupTooOld',
    when: "the store's pod is replaced, and exports the same under another name",
    series: { [done]: '0x20 _x40', [done.replaceAll('store-1', 'store-2')]: '_x25 0x80' },
    minutes: [60, 90],
  },
];
