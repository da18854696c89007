import { type Condition, type CronJob, condition, type Job, type JobSpec } from '../objects';

/** The condition with which a Job ended, or nothing while it works. */
export function ending(job: Job): Condition | undefined {
  return [condition(job, 'Complete'), condition(job, 'Failed')].find((each) => each?.status === 'True');
}

/** What the container of a Job is asked to do. */
export function argumentsOf({ spec }: Pick<Job, 'spec'>): readonly string[] {
  return spec.template.spec.containers[0]?.args ?? [];
}

/** Whether a Job is of a CronJob's kind, be it made by it or derived from it: its pods bear the same label. */
export function isLike(job: Job, { metadata, spec }: CronJob): boolean {
  const label = app(spec.jobTemplate.spec);
  return label !== undefined && label === app(job.spec) && job.metadata.namespace === metadata.namespace;
}

function app({ template }: JobSpec): string | undefined {
  return template.metadata?.labels?.app;
}
