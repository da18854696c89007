import type { JobResult } from '../../cluster/job-watcher';
import { createOrCleanUp, deleteJob, finishedCondition, isFromCronJob, waitForJob } from '../../cluster/jobs';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { CronJob, Job } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import type { KubernetesManifest } from '../../manifests/manifest';
import { OperationError } from '../../platform/errors';
import { migrationJob } from './migration-job';
import type { DeployContext, DeployPlan } from './plan';

/**
 * Brings the database's tables up to the release. It has to leave them so that the release before still works with them:
 * that one serves on until the new one is ready, and comes back if it fails. It is never stopped half-way.
 * @throws OperationError with the cause
 */
export async function runMigration(
  template: CronJob,
  { environment, manifests }: DeployPlan,
  crew: DeployContext,
): Promise<void> {
  const { kubectl, progress, clock } = crew;
  const { namespace } = environment;
  const site = { kubectl, environment, progress, clock };
  progress.step('migrate the database');
  for (const job of await activeJobs(kubectl, namespace, template)) await waitAndCleanUp(site, job);
  const { job, belongings } = migrationJob(template, manifests.objects, clock.now());
  await createOrCleanUp(site, job, () => startSuspended(kubectl, job, belongings));
  const end = await waitAndCleanUp(site, job);
  if (end.kind !== 'complete') {
    const what = `Job ${end.job} did not migrate the database`;
    // The cause is the end of a log, which may hold a secret.
    throw new OperationError([`${what}: ${end.cause}`], [what]);
  }
  progress.succeed(`Job ${end.job} has migrated the database`);
}

/** One that never came to run must not do so when nobody looks any more; one that runs is never stopped. */
async function waitAndCleanUp(site: OperationContext, job: Job): Promise<JobResult> {
  const end = await waitForJob(site, job);
  if (end.kind === 'unstarted') await deleteJob(site, job);
  return end;
}

/** A deploy that died may have left one, and two at a time would get into each other's way. */
async function activeJobs(kubectl: KubernetesClient, namespace: string, template: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  return jobs.filter(
    (job) => isFromCronJob(job, template) && finishedCondition(job) === undefined && !job.spec.suspend,
  );
}

/** What belongs to the Job is there before its pod is, and goes when the Job goes. */
async function startSuspended(
  kubectl: KubernetesClient,
  job: Job,
  dependents: readonly KubernetesManifest[],
): Promise<void> {
  const { metadata } = await kubectl.create<Job>(job);
  const { name, namespace = '', uid } = metadata;
  const ownerReferences = [{ apiVersion: job.apiVersion, kind: job.kind, name, uid }];
  const owned = dependents.map((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences } }));
  for (const object of owned) await kubectl.create(object);
  await kubectl.patch(`job/${name}`, namespace, { spec: { suspend: false } });
}
