import { backupWorkloads } from '../../backup/backup-workloads';
import type { Environment } from '../../environments/environment';
import { type CronJob, condition, idOf, type Job } from '../objects';
import { hour, since, span } from './age';
import { backupRecord, lastWords } from './backup-words';
import { bad, type Check, type Row, verdict } from './row';
import { ofKind, type Snapshot } from './snapshot';

/** The CronJobs that back the database up, and that copy the backups out of the cluster. */
const { backup, copy } = backupWorkloads;

const check = 'backup';

/** An environment, as far as its backups go. */
export type BackedUp = Pick<Environment, 'name' | 'namespace' | 'database'>;

/** A CronJob whose successes may not be too old. */
interface Duty {
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

function dutyRows(snapshot: Snapshot, { namespace, cronJob: name, maxAge, start }: Duty): Row[] {
  const cronJob = ofKind(snapshot, 'CronJob').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (cronJob === undefined) {
    return [bad(check, `${namespace} CronJob/${name}`, 'does not exist, so nothing is done by itself; deploy it')];
  }
  const jobs = jobsOf(cronJob, ofKind(snapshot, 'Job'));
  const success = youngestSuccess(cronJob, jobs);
  const age = since(snapshot.now, success?.time);
  const late =
    success === undefined
      ? ['has never succeeded']
      : age > maxAge
        ? [`youngest success ${span(age)} ago, and ${maxAge / hour} h is the most`]
        : [];
  const troubles = [...suspension(cronJob), ...lastFailure(jobs, snapshot), ...late.map((each) => `${each}; ${start}`)];
  const record = success?.job === undefined ? '' : backupRecord(success.job, snapshot);
  return verdict(
    check,
    idOf(cronJob),
    troubles,
    `youngest success ${span(age)} ago, at most ${maxAge / hour} h${record}`,
  );
}

/** Jobs that do what a CronJob's do, by whomever they were started. A restore's Jobs come from it too, and do not. */
function jobsOf({ metadata, spec }: CronJob, jobs: readonly Job[]): Job[] {
  const wanted = argsOf(spec.jobTemplate);
  return jobs
    .filter((job) => job.metadata.namespace === metadata.namespace && argsOf(job) === wanted)
    .filter((job) => job.metadata.labels?.app === metadata.name || isOwnedBy(job, metadata.name))
    .sort((a, b) => timeOf(b.metadata.creationTimestamp) - timeOf(a.metadata.creationTimestamp));
}

function argsOf({ spec }: Pick<Job, 'spec'>): string {
  return JSON.stringify(spec.template.spec.containers[0]?.args ?? []);
}

function isOwnedBy({ metadata }: Job, cronJob: string): boolean {
  return metadata.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === cronJob) ?? false;
}

/** The CronJob remembers what it started itself, even when the Job is gone; Jobs that a person started tell for themselves. */
function youngestSuccess({ status }: CronJob, jobs: readonly Job[]): { time: string; job?: Job } | undefined {
  const done = jobs.flatMap((job) => {
    const { succeeded = 0, completionTime } = job.status ?? {};
    return succeeded > 0 && completionTime !== undefined ? [{ time: completionTime, job }] : [];
  });
  const own = status?.lastSuccessfulTime === undefined ? [] : [{ time: status.lastSuccessfulTime }];
  return [...done, ...own].sort((a, b) => timeOf(b.time) - timeOf(a.time))[0];
}

function suspension({ metadata, spec }: CronJob): string[] {
  if (!spec.suspend) return [];
  const resume = `kubectl patch cronjob -n ${metadata.namespace} ${metadata.name} -p '{"spec":{"suspend":false}}'`;
  return [`is suspended; unless a restore is running: ${resume}`];
}

function lastFailure([last]: readonly Job[], snapshot: Snapshot): string[] {
  if (last === undefined) return [];
  const failed = condition(last, 'Failed');
  if (failed?.status !== 'True') return [];
  const ago = span(since(snapshot.now, failed.lastTransitionTime ?? last.metadata.creationTimestamp));
  const words = lastWords(last, snapshot) ?? failed.message ?? failed.reason ?? 'no reason given';
  return [
    `the last one failed ${ago} ago: ${words}; kubectl logs -n ${last.metadata.namespace} job/${last.metadata.name}`,
  ];
}

function timeOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
