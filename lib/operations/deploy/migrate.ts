import type { SynthesizedObject } from '../../manifests';
import { FailedError } from '../../problems';
import { systemClock } from '../clock';
import { followJob } from '../jobs/follow-job';
import { ending, isLike } from '../jobs/job';
import type { Kubectl } from '../kubectl';
import type { CronJob, Job } from '../objects';
import { asDocuments } from '../preflight/dry-run';
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
  const { kubectl, progress } = crew;
  const { namespace } = environment;
  const site = { kubectl, environment, progress, clock: systemClock };
  progress.step('migrate the database');
  for (const job of await atWork(kubectl, namespace, template)) await followJob(site, job);
  const job = await start(kubectl, template, manifests.objects);
  const end = await followJob(site, job);
  if (end.kind !== 'complete') {
    const what = `Job ${end.job} did not migrate the database`;
    // The cause is the end of a log, which may hold a secret.
    throw new FailedError([`${what}: ${end.cause}`], [what]);
  }
  progress.done(`Job ${end.job} has migrated the database`);
}

/** A deploy that died may have left one, and two at a time would get into each other's way. */
async function atWork(kubectl: Kubectl, namespace: string, template: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  return jobs.filter((job) => isLike(job, template) && ending(job) === undefined && !job.spec.suspend);
}

/** What belongs to the Job is there before its pod is, and goes when the Job goes. */
async function start(kubectl: Kubectl, template: CronJob, objects: readonly SynthesizedObject[]): Promise<Job> {
  const { job, belongings } = migrationJob(template, objects, Date.now());
  const made = JSON.parse(await kubectl.output(create, { input: JSON.stringify(job) })) as Job;
  const { name, namespace, uid } = made.metadata;
  const ownerReferences = [{ apiVersion: job.apiVersion, kind: job.kind, name, uid }];
  const owned = belongings.map(({ metadata, ...object }) => ({
    ...object,
    metadata: { ...metadata, ownerReferences },
  }));
  const place = `--namespace=${namespace}`;
  try {
    await kubectl.output(create, { input: asDocuments(owned) });
    await kubectl.output(['patch', `job/${name}`, place, '--type=merge', `--patch=${going}`]);
  } catch (error) {
    await kubectl.ask(['delete', `job/${name}`, place, '--wait=false']);
    throw error;
  }
  return made;
}
