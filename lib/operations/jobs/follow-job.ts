import { FailedError } from '../../problems';
import { begun } from '../begun';
import type { Job, JobSpec } from '../objects';
import { poll } from '../poll';
import type { Site } from '../site';
import { type JobEnd, JobWatch } from './job-watch';

/** Seconds that a Job works at most where it states no limit, and what ending it takes. */
const longest = { unlimited: 4 * 3600, ending: 60 } as const;

/** Seconds after which a Job has ended, or never will. */
export function patience({ activeDeadlineSeconds = longest.unlimited }: JobSpec): number {
  return activeDeadlineSeconds + longest.ending;
}

/**
 * Waits for a Job to end, and tells meanwhile what it waits for.
 * @throws FailedError if that cannot be seen, or never happens
 */
export function followJob(site: Site, job: Job): Promise<JobEnd> {
  const { clock, signal } = site;
  const seconds = patience(job.spec);
  const watch = new JobWatch(site, job.metadata.name);
  const late = () =>
    new FailedError([`Job ${job.metadata.name} has not ended after ${Math.round(seconds / 60)} minutes`]);
  return begun(() => poll(() => watch.end(), { clock, seconds, signal, late }));
}
