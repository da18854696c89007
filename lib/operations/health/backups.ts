import { formatBytes, formatDuration } from '../../cluster/format';
import { finishedCondition } from '../../cluster/jobs';
import {
  byCreation,
  type CronJob,
  describeObject,
  isOwnedBy,
  type Job,
  type Pod,
} from '../../cluster/kubernetes-types';
import { lastLine } from '../../cluster/process';
import { terminationMessage } from '../../cluster/workload-status';
import { backupWorkloads } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { parseRecords } from '../backup/backup-record';
import { latestSuccess, matchingJobs } from '../backup/stored-backups';
import {
  type Check,
  type CheckResult,
  elapsedMilliseconds,
  failed,
  formatElapsed,
  hour,
  results,
} from './check-result';
import { ofKind, type Snapshot } from './snapshot';

const check = 'backup';

/** The fields of an environment that say which backups it should have. */
export type BackedUp = Pick<Environment, 'name' | 'namespace' | 'database'>;

/** A CronJob whose latest success may not be too old. */
interface Schedule {
  readonly namespace: string;
  readonly cronJob: string;
  /** Milliseconds that the latest success may be old. */
  readonly maxAge: number;
  /** Command that starts the CronJob's work now. */
  readonly startCommand: string;
}

/** Checks that the database was backed up, and the backup copied, recently enough. A managed database has no rows. */
export function backups({ name, namespace, database }: BackedUp): Check {
  if (database.kind === 'managed' || database.kind === 'ephemeral') return () => [];
  const { maxAgeHours, offsite } = database.backup;
  const { backup, copy } = backupWorkloads;
  const shared = { namespace, maxAge: maxAgeHours * hour };
  const schedules: Schedule[] = [{ ...shared, cronJob: backup, startCommand: `npx veza backup create ${name}` }];
  if (offsite.kind === 'bucket') {
    const startCommand = `kubectl create job -n ${namespace} --from=cronjob/${copy} ${copy}-now`;
    schedules.push({ ...shared, cronJob: copy, startCommand });
  }
  return (snapshot) => schedules.flatMap((schedule) => checkSchedule(snapshot, schedule));
}

function checkSchedule(
  snapshot: Snapshot,
  { namespace, cronJob: name, maxAge, startCommand }: Schedule,
): CheckResult[] {
  const cronJob = ofKind(snapshot, 'CronJob').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (cronJob === undefined) {
    return [failed(check, `${namespace} CronJob/${name}`, 'does not exist, so nothing runs on schedule; deploy it')];
  }
  const jobs = ofKind(snapshot, 'Job');
  const success = latestSuccess(cronJob, jobs);
  const age = elapsedMilliseconds(snapshot.now, success?.time);
  const figures = `latest success ${formatElapsed(age)} ago, maximum ${maxAge / hour} h`;
  const overdue = success === undefined ? ['has never succeeded'] : age > maxAge ? [figures] : [];
  const failures = [
    ...suspension(cronJob),
    ...lastFailure(cronJob, jobs, snapshot),
    ...overdue.map((detail) => `${detail}; ${startCommand}`),
  ];
  const record = success?.job === undefined ? '' : describeBackup(success.job, snapshot);
  return results(check, describeObject(cronJob), failures, `${figures}${record}`);
}

function suspension({ metadata, spec }: CronJob): string[] {
  if (!spec.suspend) return [];
  const resume = `kubectl patch cronjob -n ${metadata.namespace} ${metadata.name} -p '{"spec":{"suspend":false}}'`;
  return [`is suspended; unless a restore is running: ${resume}`];
}

function lastFailure(cronJob: CronJob, jobs: readonly Job[], snapshot: Snapshot): string[] {
  const last = matchingJobs(cronJob, jobs).sort(byCreation).at(-1);
  const finished = last && finishedCondition(last);
  if (last === undefined || finished?.type !== 'Failed') return [];
  const time = finished.lastTransitionTime ?? last.metadata.creationTimestamp;
  const ago = formatElapsed(elapsedMilliseconds(snapshot.now, time));
  const reason = lastLogLine(last, snapshot) || finished.message || finished.reason || 'no reason given';
  const { namespace, name } = last.metadata;
  return [`the last one failed ${ago} ago: ${reason}; kubectl logs -n ${namespace} job/${name}`];
}

/** The last line of a Job's termination message, from its latest pod; empty if there is none. */
function lastLogLine(job: Job, snapshot: Snapshot): string {
  const pod = latestPod(job, snapshot);
  return pod === undefined ? '' : lastLine(terminationMessage(pod));
}

/**
 * Describes the backup of a Job: `: 20261125T021500Z, 1.2 GiB of a database of 4.5 GiB, in 2 min`.
 * Empty for a copy, which prints no record, and for a pod whose message is lost.
 */
function describeBackup(job: Job, snapshot: Snapshot): string {
  const record = parseRecords(lastLogLine(job, snapshot)).at(-1);
  if (record === undefined) return '';
  const { name, bytes, databaseBytes, seconds } = record;
  return `: ${name}, ${formatBytes(bytes)} of a database of ${formatBytes(databaseBytes)}, in ${formatDuration(seconds)}`;
}

function latestPod({ metadata }: Job, snapshot: Snapshot): Pod | undefined {
  return ofKind(snapshot, 'Pod')
    .filter((pod) => isOwnedBy(pod, { kind: 'Job', metadata }))
    .sort(byCreation)
    .at(-1);
}
