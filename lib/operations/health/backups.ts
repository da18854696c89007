import { formatBytes, formatDuration } from '../../cluster/format';
import { findFinishedCondition } from '../../cluster/jobs';
import {
  type CronJob,
  compareCreation,
  describeObject,
  isOwnedBy,
  type Job,
  type Pod,
} from '../../cluster/kubernetes-types';
import { takeLastLine } from '../../cluster/process';
import { readTerminationMessage } from '../../cluster/workload-status';
import { backupWorkloads } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { parseRecords } from '../backup/backup-record';
import { findLatestSuccess, selectMatchingJobs } from '../backup/stored-backups';
import {
  type Check,
  type CheckResult,
  computeElapsed,
  formatElapsed,
  hour,
  makeFailure,
  makeResults,
} from './check-result';
import { type Snapshot, selectKind } from './snapshot';

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
export function checkBackups({ name, namespace, database }: BackedUp): Check {
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
  const cronJob = selectKind(snapshot, 'CronJob').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (cronJob === undefined) {
    return [
      makeFailure(check, `${namespace} CronJob/${name}`, 'does not exist, so nothing runs on schedule; deploy it'),
    ];
  }
  const jobs = selectKind(snapshot, 'Job');
  const success = findLatestSuccess(cronJob, jobs);
  const age = computeElapsed(snapshot.now, success?.time);
  const figures = `latest success ${formatElapsed(age)} ago, maximum ${maxAge / hour} h`;
  const overdue = success === undefined ? ['has never succeeded'] : age > maxAge ? [figures] : [];
  const failures = [
    ...findSuspension(cronJob),
    ...findLastFailure(cronJob, jobs, snapshot),
    ...overdue.map((detail) => `${detail}; ${startCommand}`),
  ];
  const record = success?.job === undefined ? '' : describeBackup(success.job, snapshot);
  return makeResults(check, describeObject(cronJob), failures, `${figures}${record}`);
}

function findSuspension({ metadata, spec }: CronJob): string[] {
  if (!spec.suspend) return [];
  const resume = `kubectl patch cronjob -n ${metadata.namespace} ${metadata.name} -p '{"spec":{"suspend":false}}'`;
  return [`is suspended; unless a restore is running, resume it: ${resume}`];
}

function findLastFailure(cronJob: CronJob, jobs: readonly Job[], snapshot: Snapshot): string[] {
  const last = selectMatchingJobs(cronJob, jobs).sort(compareCreation).at(-1);
  const finished = last && findFinishedCondition(last);
  if (last === undefined || finished?.type !== 'Failed') return [];
  const time = finished.lastTransitionTime ?? last.metadata.creationTimestamp;
  const ago = formatElapsed(computeElapsed(snapshot.now, time));
  const reason = readLastLogLine(last, snapshot) || finished.message || finished.reason || 'no reason given';
  const { namespace, name } = last.metadata;
  return [`the last run failed ${ago} ago: ${reason}; kubectl logs -n ${namespace} job/${name}`];
}

/** The last line of a Job's termination message, from its latest pod; empty if there is none. */
function readLastLogLine(job: Job, snapshot: Snapshot): string {
  const pod = findLatestPod(job, snapshot);
  return pod === undefined ? '' : takeLastLine(readTerminationMessage(pod));
}

/**
 * Describes the backup of a Job: `: 20261125T021500Z, 1.2 GiB of a database of 4.5 GiB, in 2 min`.
 * Empty for a copy, which prints no record, and for a pod whose message is lost.
 */
function describeBackup(job: Job, snapshot: Snapshot): string {
  const record = parseRecords(readLastLogLine(job, snapshot)).at(-1);
  if (record === undefined) return '';
  const { name, bytes, databaseBytes, seconds } = record;
  return `: ${name}, ${formatBytes(bytes)} of a database of ${formatBytes(databaseBytes)}, in ${formatDuration(seconds)}`;
}

function findLatestPod({ metadata }: Job, snapshot: Snapshot): Pod | undefined {
  return selectKind(snapshot, 'Pod')
    .filter((pod) => isOwnedBy(pod, { kind: 'Job', metadata }))
    .sort(compareCreation)
    .at(-1);
}
