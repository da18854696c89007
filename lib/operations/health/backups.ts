import { formatBytes, formatDuration } from '../../cluster/format';
import { finishedCondition } from '../../cluster/jobs';
import type { Pod } from '../../cluster/kubernetes-types';
import { type CronJob, describeObject, type Job } from '../../cluster/kubernetes-types';
import { terminationMessage } from '../../cluster/pod-failure';
import { lastLine } from '../../cluster/process';
import { backupWorkloads } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { parseRecords } from '../backup/backup-record';
import { latestSuccess, matchingJobs } from '../backup/list-backups';
import { bad, type Check, type CheckResult, elapsedMilliseconds, formatElapsed, hour, results } from './check-result';
import { ofKind, type Snapshot } from './snapshot';

/** The CronJobs that back the database up, and that copy the backups out of the cluster. */
const { backup, copy } = backupWorkloads;

const check = 'backup';

/** An environment, as far as its backups go. */
export type BackedUp = Pick<Environment, 'name' | 'namespace' | 'database'>;

/** A CronJob whose successes may not be too old. */
interface Schedule {
  readonly namespace: string;
  readonly cronJob: string;
  /** Milliseconds that the youngest success may be old. */
  readonly maxAge: number;
  /** How one is started by hand. */
  readonly start: string;
}

/** Whether the environment's database was backed up, and the backup copied, lately enough; nothing if others run it. */
export function backups({ name, namespace, database }: BackedUp): Check {
  if (database.kind !== 'in-cluster') return () => [];
  const { maxAgeHours, offsite } = database.backup;
  const shared = { namespace, maxAge: maxAgeHours * hour };
  const made = { ...shared, cronJob: backup, start: `npm run backup -- ${name}` };
  const from = `kubectl create job -n ${namespace} --from=cronjob/${copy} ${copy}-now`;
  const copied = offsite.kind === 'bucket' ? [{ ...shared, cronJob: copy, start: from }] : [];
  return (snapshot) => [made, ...copied].flatMap((duty) => dutyRows(snapshot, duty));
}

function dutyRows(snapshot: Snapshot, { namespace, cronJob: name, maxAge, start }: Schedule): CheckResult[] {
  const cronJob = ofKind(snapshot, 'CronJob').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (cronJob === undefined) {
    return [bad(check, `${namespace} CronJob/${name}`, 'does not exist, so nothing is done by itself; deploy it')];
  }
  const jobs = ofKind(snapshot, 'Job');
  const success = latestSuccess(cronJob, jobs);
  const age = elapsedMilliseconds(snapshot.now, success?.time);
  const overdue =
    success === undefined
      ? ['has never succeeded']
      : age > maxAge
        ? [`youngest success ${formatElapsed(age)} ago, and ${maxAge / hour} h is the most`]
        : [];
  const troubles = [
    ...suspension(cronJob),
    ...lastFailure(cronJob, jobs, snapshot),
    ...overdue.map((each) => `${each}; ${start}`),
  ];
  const record = success?.job === undefined ? '' : describeBackup(success.job, snapshot);
  return results(
    check,
    describeObject(cronJob),
    troubles,
    `youngest success ${formatElapsed(age)} ago, at most ${maxAge / hour} h${record}`,
  );
}

function suspension({ metadata, spec }: CronJob): string[] {
  if (!spec.suspend) return [];
  const resume = `kubectl patch cronjob -n ${metadata.namespace} ${metadata.name} -p '{"spec":{"suspend":false}}'`;
  return [`is suspended; unless a restore is running: ${resume}`];
}

function lastFailure(cronJob: CronJob, jobs: readonly Job[], snapshot: Snapshot): string[] {
  const [last] = matchingJobs(cronJob, jobs).sort((a, b) => createdAt(b).localeCompare(createdAt(a)));
  const end = last && finishedCondition(last);
  if (last === undefined || end?.type !== 'Failed') return [];
  const ago = formatElapsed(
    elapsedMilliseconds(snapshot.now, end.lastTransitionTime ?? last.metadata.creationTimestamp),
  );
  const words = lastLogLine(last, snapshot) || end.message || end.reason || 'no reason given';
  return [
    `the last one failed ${ago} ago: ${words}; kubectl logs -n ${last.metadata.namespace} job/${last.metadata.name}`,
  ];
}

function createdAt({ metadata }: Job): string {
  return metadata.creationTimestamp ?? '';
}

/** A Job's last line, from the youngest of its pods that is still there; empty if it left none. */
export function lastLogLine(job: Job, snapshot: Snapshot): string {
  const pod = youngestPod(job, snapshot);
  return pod === undefined ? '' : lastLine(terminationMessage(pod));
}

/**
 * Name, size and duration of the backup that a Job made: `: 20261125T021500Z, 1.2 GiB of a database of 4.5 GiB, in 2 min`. A
 * copy tells nothing of the kind, and neither does a pod whose message was lost.
 */
export function describeBackup(job: Job, snapshot: Snapshot): string {
  const record = parseRecords(lastLogLine(job, snapshot)).at(-1);
  if (record === undefined) return '';
  const { name, bytes, databaseBytes, seconds } = record;
  return `: ${name}, ${formatBytes(bytes)} of a database of ${formatBytes(databaseBytes)}, in ${formatDuration(seconds)}`;
}

function youngestPod({ metadata }: Job, snapshot: Snapshot): Pod | undefined {
  return ofKind(snapshot, 'Pod')
    .filter((pod) => pod.metadata.namespace === metadata.namespace)
    .filter((pod) => pod.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Job' && name === metadata.name))
    .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
    .at(-1);
}
