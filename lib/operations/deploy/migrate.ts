import type { SynthesizedObject } from '../../manifests';
import { FailedError } from '../../problems';
import { followJob } from '../jobs/follow-job';
import { ending, isLike } from '../jobs/job';
import type { JobEnd } from '../jobs/job-watch';
import { made, removeJob } from '../jobs/run-to-end';
import type { Kubectl } from '../kubectl';
import type { CronJob, Job } from '../objects';
import { asDocuments } from '../preflight/dry-run';
import type { Site } from '../site';
import type { Crew } from './crew';
import { migrationJob } from './migration-job';
import type { Plan } from './plan';

const create = ['create', '--filename=-', '--output=json'];
const going = JSON.stringify({ spec: { suspend: false } });

/**
 * Brings the database's tables up to the release. It has to leave them so that the release before still works with them:
 * that one serves on until the new one is ready, and comes back if it fails. It is never stopped half-way.
 * @throws FailedError with the cause
 */
export async function migrate(template: CronJob, { environment, manifests }: Plan, crew: Crew): Promise<void> {
  const { kubectl, progress, clock } = crew;
  const { namespace } = environment;
  const site = { kubectl, environment, progress, clock };
  progress.step('migrate the database');
  for (const job of await atWork(kubectl, namespace, template)) await ended(site, job);
  const { job, belongings } = migrationJob(template, manifests.objects, clock.now());
  await made(site, job, () => start(kubectl, job, belongings));
  const end = await ended(site, job);
  if (end.kind !== 'complete') {
    const what = `Job ${end.job} did not migrate the database`;
    // The cause is the end of a log, which may hold a secret.
    throw new FailedError([`${what}: ${end.cause}`], [what]);
  }
  progress.done(`Job ${end.job} has migrated the database`);
}

/** One that never came to run must not do so when nobody looks any more; one that runs is never stopped. */
async function ended(site: Site, job: Job): Promise<JobEnd> {
  const end = await followJob(site, job);
  if (end.kind === 'unstarted') await removeJob(site, job);
  return end;
}

/** A deploy that died may have left one, and two at a time would get into each other's way. */
async function atWork(kubectl: Kubectl, namespace: string, template: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  return jobs.filter((job) => isLike(job, template) && ending(job) === undefined && !job.spec.suspend);
}

/** What belongs to the Job is there before its pod is, and goes when the Job goes. */
async function start(kubectl: Kubectl, job: Job, belongings: readonly SynthesizedObject[]): Promise<void> {
  const { metadata } = JSON.parse(await kubectl.output(create, { input: JSON.stringify(job) })) as Job;
  const { name, namespace, uid } = metadata;
  const ownerReferences = [{ apiVersion: job.apiVersion, kind: job.kind, name, uid }];
  const owned = belongings.map((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences } }));
  await kubectl.output(create, { input: asDocuments(owned) });
  await kubectl.output(['patch', `job/${name}`, `--namespace=${namespace}`, '--type=merge', `--patch=${going}`]);
}
