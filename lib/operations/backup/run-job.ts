import { randomBytes } from 'node:crypto';
import { FailedError } from '../../problems';
import { patience } from '../jobs/follow-job';
import { argumentsOf, ending, isLike } from '../jobs/job';
import type { JobEnd } from '../jobs/job-watch';
import { runToEnd } from '../jobs/run-to-end';
import type { CronJob, Job } from '../objects';
import { poll } from '../poll';
import type { Site } from '../site';
import { derivedJob, type Task } from './derived-job';

/** Does something with a Job that is derived from a CronJob, and waits for its end. */
export function runJob(site: Site, cronJob: CronJob, task: Task): Promise<JobEnd> {
  return runToEnd(site, derivedJob(cronJob, task, jobSuffix(site.clock.now())));
}

/** What a Job's name ends with, `20261125t021500z-3f9a1c`: a name in Kubernetes knows no capitals, and two may begin something in the same second. */
export function jobSuffix(now: number): string {
  const time = new Date(now).toISOString().replace(/\.\d+|[-:]/g, '');
  return `${time.toLowerCase()}-${randomBytes(3).toString('hex')}`;
}

/**
 * What a Job printed, if it succeeded.
 * @throws FailedError with the cause if it did not
 */
export async function logOf(site: Site, cronJob: CronJob, task: Task): Promise<string> {
  const end = await runJob(site, cronJob, task);
  if (end.kind === 'complete') return end.log;
  throw new FailedError([`${task.verb}: ${end.cause}`]);
}

/** The Jobs of a CronJob's kind that have not ended. */
export async function unfinishedJobs({ kubectl, environment }: Site, cronJob: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', environment.namespace);
  return jobs.filter((job) => isLike(job, cronJob) && ending(job) === undefined);
}

/** Waits until no Job of some CronJobs' kinds is at work: each of them writes, and they share a volume. */
export async function waitUntilIdle(site: Site, cronJobs: readonly CronJob[]): Promise<void> {
  const { clock, signal, progress } = site;
  const busy = async () => (await Promise.all(cronJobs.map((cronJob) => unfinishedJobs(site, cronJob)))).flat();
  const jobs = await busy();
  if (jobs.length === 0) return;
  await poll(
    async () => {
      const left = await busy();
      if (left.length === 0) return true;
      progress.update(`Job ${left.map(described).join(', ')} is at work`);
      return undefined;
    },
    {
      clock,
      signal,
      seconds: Math.max(...jobs.map(({ spec }) => patience(spec))),
      late: () => new FailedError([`Job ${jobs.map(described).join(', ')} does not end`]),
    },
  );
}

function described(job: Job): string {
  return `${job.metadata.name} (${argumentsOf(job)[0] ?? 'no arguments'})`;
}
