import { backupWorkloads } from '../../backup/backup-workloads';
import { jobs } from '../jobs';
import { alertingRule } from './alert';
import { restoreInProgress } from './restore';
import type { AlertingRule, RuleGroup } from './rule-group';
import type { ObservedBackup, RuleInput } from './rule-input';
import { is, type Matchers, select } from './selector';

/** Alerts on the backups of a PostgreSQL of ours. */
export function backupGroup(input: RuleInput, backup: ObservedBackup): RuleGroup {
  const store = { job: is(jobs.backup), namespace: is(input.namespace) };
  return {
    name: 'backup',
    rules: [
      tooOld(input, store, backup),
      shrunk(input, store),
      ...(backup.isCopied ? [copyTooOld(input, backup)] : []),
      restoreInProgress(input),
    ],
  };
}

/** Also when there has never been one, which is no series at all. An hour, so that a new environment can make its first. */
function tooOld(input: RuleInput, store: Matchers, { maxAgeHours }: ObservedBackup): AlertingRule {
  const done = select('postgres_backup_last_success_timestamp_seconds', store);
  return alertingRule(input, {
    name: 'BackupTooOld',
    severity: 'critical',
    for: '1h',
    expr: `time() - max by (namespace) (${done}) > ${maxAgeHours * 3600}
or
absent(${done})`,
    summary: 'The database has no fresh backup',
    description: `Nothing tells of a verified backup of {{ $labels.namespace }} that is younger than ${maxAgeHours} hours.`,
  });
}

/** Against the largest of a week: what was deleted on purpose is forgotten by then. */
function shrunk(input: RuleInput, store: Matchers): AlertingRule {
  const size = select('postgres_backup_size_bytes', store);
  return alertingRule(input, {
    name: 'BackupShrunk',
    severity: 'warning',
    for: '15m',
    expr: `max by (namespace) (${size})
/ (max by (namespace) (max_over_time(${size}[7d])) > 0)
< 0.5`,
    summary: 'The last backup is much smaller than those before',
    description:
      'The last backup of {{ $labels.namespace }} has {{ $value | humanizePercentage }} of the size of the largest of ' +
      'the last 7 days: data may be gone.',
  });
}

/** Whether copies arrive, Kubernetes knows of the job that makes them; of one that never succeeded it knows nothing. */
function copyTooOld(input: RuleInput, { maxAgeHours }: ObservedBackup): AlertingRule {
  const copied = select('kube_cronjob_status_last_successful_time', {
    job: is(jobs.kubeStateMetrics),
    namespace: is(input.namespace),
    cronjob: is(backupWorkloads.copy),
  });
  return alertingRule(input, {
    name: 'BackupCopyTooOld',
    severity: 'critical',
    for: '1h',
    expr: `time() - max by (namespace) (${copied}) > ${maxAgeHours * 3600}
or
absent(${copied})`,
    summary: 'Backups do not leave the cluster',
    description: `Backups of {{ $labels.namespace }} have not been copied to their bucket for ${maxAgeHours} hours.`,
  });
}
