import type { Environment } from '../../environments/environment';
import { argumentsOf, ending, isLike } from '../jobs/job';
import type { Kubectl } from '../kubectl';
import type { CronJob, Job } from '../objects';
import { backupCronJob } from './cron-jobs';

/** The last time that something went well. */
export interface Success {
  /** In RFC 3339, as the cluster wrote it. */
  readonly time: string;
  /** The Job, if it is still there. */
  readonly job?: Job;
}

/** Jobs that do what a CronJob's do, by whomever they were started. A restore's Jobs come from it too, and do not. */
export function jobsOf(cronJob: CronJob, jobs: readonly Job[]): Job[] {
  const wanted = argumentsOf(cronJob.spec.jobTemplate).join(' ');
  return jobs.filter((job) => isLike(job, cronJob) && argumentsOf(job).join(' ') === wanted);
}

/** The CronJob remembers what it started itself, even when the Job is gone; Jobs that a person started tell for themselves. */
export function youngestSuccess(cronJob: CronJob, jobs: readonly Job[]): Success | undefined {
  const done = jobsOf(cronJob, jobs).flatMap((job) => {
    const time = job.status?.completionTime;
    return time !== undefined && ending(job)?.type === 'Complete' ? [{ time, job }] : [];
  });
  const own = cronJob.status?.lastSuccessfulTime;
  // The first of equals: a Job tells more than the time.
  return [...done, ...(own === undefined ? [] : [{ time: own }])].sort((a, b) => timeOf(b) - timeOf(a))[0];
}

/** When the youngest verified backup was finished, as far as the cluster remembers; nothing if it knows of none. */
export async function lastBackup(kubectl: Kubectl, environment: Environment): Promise<Date | undefined> {
  const cronJob = await backupCronJob({ kubectl, environment });
  const success = youngestSuccess(cronJob, await kubectl.list<Job>('jobs', environment.namespace));
  return success && new Date(success.time);
}

function timeOf({ time }: Success): number {
  return Date.parse(time);
}
