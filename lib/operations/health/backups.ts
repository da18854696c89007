import { backupWorkloads } from '../../backup/backup-workloads';
import type { Environment } from '../../environments/environment';
import { jobsOf, youngestSuccess } from '../backup/youngest-success';
import { ending } from '../jobs/job';
import { type CronJob, idOf, type Job } from '../objects';
import { hour, since, span } from './age';
import { lastLineOf, madeBy } from './last-words';
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
  const jobs = ofKind(snapshot, 'Job');
  const success = youngestSuccess(cronJob, jobs);
  const age = since(snapshot.now, success?.time);
  const late =
    success === undefined
      ? ['has never succeeded']
      : age > maxAge
        ? [`youngest success ${span(age)} ago, and ${maxAge / hour} h is the most`]
        : [];
  const troubles = [
    ...suspension(cronJob),
    ...lastFailure(cronJob, jobs, snapshot),
    ...late.map((each) => `${each}; ${start}`),
  ];
  const record = success?.job === undefined ? '' : madeBy(success.job, snapshot);
  return verdict(
    check,
    idOf(cronJob),
    troubles,
    `youngest success ${span(age)} ago, at most ${maxAge / hour} h${record}`,
  );
}

function suspension({ metadata, spec }: CronJob): string[] {
  if (!spec.suspend) return [];
  const resume = `kubectl patch cronjob -n ${metadata.namespace} ${metadata.name} -p '{"spec":{"suspend":false}}'`;
  return [`is suspended; unless a restore is running: ${resume}`];
}

function lastFailure(cronJob: CronJob, jobs: readonly Job[], snapshot: Snapshot): string[] {
  const [last] = jobsOf(cronJob, jobs).sort((a, b) => createdAt(b).localeCompare(createdAt(a)));
  const end = last && ending(last);
  if (last === undefined || end?.type !== 'Failed') return [];
  const ago = span(since(snapshot.now, end.lastTransitionTime ?? last.metadata.creationTimestamp));
  const words = lastLineOf(last, snapshot) || end.message || end.reason || 'no reason given';
  return [
    `the last one failed ${ago} ago: ${words}; kubectl logs -n ${last.metadata.namespace} job/${last.metadata.name}`,
  ];
}

function createdAt({ metadata }: Job): string {
  return metadata.creationTimestamp ?? '';
}
