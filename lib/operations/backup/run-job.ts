import { FailedError } from '../../problems';
import { poll } from '../poll';
import { lastLine } from '../program';
import { derivedJob, type Task } from './derived-job';
import { followJob, type JobEnd, patience } from './follow-job';
import { argumentsOf, type CronJob, ending, isLike, type Job } from './jobs';
import { byHand, type Site } from './site';

/**
 * Starts a Job that is derived from a CronJob, and waits for its end. A Job that is not waited for any more is removed:
 * nothing may come to life an hour after everybody has turned away.
 */
export async function runJob(site: Site, cronJob: CronJob, task: Task): Promise<JobEnd> {
  const { kubectl, environment, clock } = site;
  const job = derivedJob(cronJob, task, clock.now());
  const place = `--namespace=${environment.namespace}`;
  try {
    await kubectl.output(['create', place, '--filename=-'], { input: JSON.stringify(job) });
  } catch (error) {
    // Whoever stops the command stops kubectl too, perhaps after the server has heard it.
    await kubectl.ask(removal(site, job));
    throw error;
  }
  try {
    const end = await followJob(site, job);
    if (end.kind === 'unstarted') await removeJob(site, job);
    return end;
  } catch (error) {
    await removeJob(site, job);
    throw error;
  }
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

/** Waits until no Job of some CronJobs' kinds is at work: they share a volume, and one pod's worth of quota. */
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

/** Removes a Job, and waits until its pod is gone. */
async function removeJob(site: Site, job: Job): Promise<void> {
  const { status, stderr } = await site.kubectl.ask(removal(site, job));
  if (status === 0) return;
  const command = byHand(site, `delete job/${job.metadata.name}`);
  throw new FailedError([`Job ${job.metadata.name} may still run: ${lastLine(stderr)}; stop it: ${command}`]);
}

function removal({ environment }: Site, { metadata }: Job): string[] {
  const options = ['--ignore-not-found', '--cascade=foreground', '--timeout=120s'];
  return ['delete', `job/${metadata.name}`, `--namespace=${environment.namespace}`, ...options];
}
