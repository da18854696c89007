import { FailedError } from '../../problems';
import type { Job } from '../objects';
import { poll } from '../poll';
import { lastLine } from '../program';
import { byHand, type Site } from '../site';
import { followJob } from './follow-job';
import type { JobEnd } from './job-watch';

/**
 * Starts a Job and waits for its end. One that is not waited for any more is removed: nothing may come to life an hour
 * after everybody has turned away. Its name has to be nobody else's.
 */
export async function runToEnd(site: Site, job: Job): Promise<JobEnd> {
  const { kubectl, environment } = site;
  await made(site, job, async () => {
    const place = `--namespace=${environment.namespace}`;
    await kubectl.output(['create', place, '--filename=-'], { input: JSON.stringify(job) });
  });
  try {
    const end = await followJob(site, job);
    if (end.kind === 'unstarted') await removeJob(site, job);
    return end;
  } catch (error) {
    await removeJob(site, job);
    throw error;
  }
}

/** Makes a Job, or leaves none: whoever stops the command stops kubectl too, perhaps after the server has heard it. */
export async function made<T>(site: Site, job: Job, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    await site.kubectl.ask(removal(site, job));
    throw error;
  }
}

/** Removes a Job, and waits until its pod is gone. */
export async function removeJob(site: Site, job: Job): Promise<void> {
  const command = byHand(site, `delete job/${job.metadata.name}`);
  const fail = (cause: string) =>
    new FailedError([`Job ${job.metadata.name} may still run: ${cause}; stop it: ${command}`]);
  const look = async () => {
    const { status, stderr } = await site.kubectl.ask(removal(site, job));
    if (status !== 0) throw fail(lastLine(stderr));
    return true;
  };
  await poll(look, { clock: site.clock, seconds: 60, late: () => fail('a minute was not enough') });
}

function removal({ environment }: Site, { metadata }: Job): string[] {
  const options = ['--ignore-not-found', '--cascade=foreground', '--timeout=120s'];
  return ['delete', `job/${metadata.name}`, `--namespace=${environment.namespace}`, ...options];
}
