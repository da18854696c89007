import { randomBytes } from 'node:crypto';
import {
  computeJobTimeout,
  findFinishedCondition,
  isFromCronJob,
  type JobResult,
  readJobArguments,
  runJob,
} from '../../cluster/jobs';
import type { CronJob, Job, JobContainer, PodSpec } from '../../cluster/kubernetes-types';
import { type ClusterContext, type OperationContext, waitWhilePending } from '../../cluster/operation-context';
import { backupPaths, backupWorkloads, offsitePrefix } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { OperationError, UsageError } from '../../platform/errors';
import type { InClusterDatabase } from '../../platform/settings/database';

/**
 * Returns the environment's database, if it runs in the cluster and is backed up.
 * @throws UsageError if the database is a managed or an ephemeral one
 */
export function requireInClusterDatabase({ name, database }: Environment): InClusterDatabase {
  if (database.kind === 'managed') {
    throw new UsageError(`${name} has a managed database; use the backups of its provider`);
  }
  if (database.kind === 'ephemeral') throw new UsageError(`${name} has an ephemeral database, which has no backups`);
  return database;
}

/**
 * Finds the CronJob that makes the environment's backups. Jobs that check, list and restore them are derived from it.
 * @throws UsageError if the environment was never deployed, or has a managed database
 */
export async function findBackupCronJob({ kubectl, environment }: ClusterContext): Promise<CronJob> {
  requireInClusterDatabase(environment);
  const { name, namespace } = environment;
  const { backup } = backupWorkloads;
  const found = await kubectl.find<CronJob>(`cronjob/${backup}`, namespace);
  if (found) return found;
  throw new UsageError(
    `there is no CronJob ${backup} in ${namespace}; deploy it first: npx veza deploy ${name} <version>`,
  );
}

/** Finds the CronJob that copies backups to the bucket; undefined if the environment has none. */
export function findCopyCronJob({ kubectl, environment }: ClusterContext): Promise<CronJob | undefined> {
  return kubectl.find<CronJob>(`cronjob/${backupWorkloads.copy}`, environment.namespace);
}

/**
 * Reads from a CronJob's arguments where it copies backups to: `offsite:bucket/namespace`.
 * @throws OperationError if its arguments do not say
 */
export function readOffsiteTarget({ metadata, spec }: CronJob): string {
  const args = readJobArguments(spec.jobTemplate);
  const target = args.find((arg) => arg.startsWith(offsitePrefix));
  if (target !== undefined) return target;
  throw new OperationError([`CronJob ${metadata.name} has no ${offsitePrefix} argument: ${args.join(' ')}`]);
}

/** Seconds that a finished Job is kept, so that its log can be read: a day. */
export const finishedJobSeconds = 86_400;

/** What a Job that is derived from a CronJob does. */
export interface JobTask {
  /** Part of the Job's name: `restore`. */
  readonly verb: string;
  /** Arguments that replace those of the CronJob's container. */
  readonly args: readonly string[];
  /** Whether it writes to the volume of the backups, although the CronJob only reads it. @default false */
  readonly writes?: boolean;
  /** Variables that replace those of the CronJob's container, such as PGHOST. @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Derives a Job from a CronJob: the same image, permissions and mounts, other arguments. The CronJob does not own it, since
 * its history limits would delete it; it expires a day after it finished. It is never retried.
 */
export function createJobFromCronJob(
  cronJob: CronJob,
  { verb, args, writes = false, env = {} }: JobTask,
  suffix: string,
): Job {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const pod = writes ? withWritableBackups(spec.template.spec) : spec.template.spec;
  const [container, ...others] = pod.containers;
  if (container === undefined) throw new Error(`CronJob ${cronJob.metadata.name} has no container`);
  const jobSpec = {
    ...spec,
    backoffLimit: 0,
    ttlSecondsAfterFinished: finishedJobSeconds,
    template: {
      ...spec.template,
      spec: { ...pod, containers: [{ ...withVariables(container, env), args }, ...others] },
    },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${backupWorkloads.backup}-${verb}-${suffix}`,
      namespace: cronJob.metadata.namespace,
      labels: metadata?.labels,
      annotations: { ...metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
    },
    spec: jobSpec,
  };
}

function withVariables(container: JobContainer, variables: Readonly<Record<string, string>>): JobContainer {
  const replaced = Object.entries(variables).map(([name, value]) => ({ name, value }));
  if (replaced.length === 0) return container;
  return { ...container, env: [...(container.env ?? []).filter(({ name }) => !(name in variables)), ...replaced] };
}

function withWritableBackups(pod: PodSpec): PodSpec {
  return {
    ...pod,
    containers: pod.containers.map(withWritableMounts),
    volumes: pod.volumes?.map((volume) =>
      volume.persistentVolumeClaim
        ? { ...volume, persistentVolumeClaim: { ...volume.persistentVolumeClaim, readOnly: false } }
        : volume,
    ),
  };
}

function withWritableMounts(container: JobContainer): JobContainer {
  const { backups } = backupPaths;
  return {
    ...container,
    volumeMounts: container.volumeMounts?.map((mount) =>
      mount.mountPath === backups || mount.mountPath.startsWith(`${backups}/`) ? { ...mount, readOnly: false } : mount,
    ),
  };
}

/** Runs a Job that is derived from a CronJob, and waits until it has finished. */
export function runTask(context: OperationContext, cronJob: CronJob, task: JobTask): Promise<JobResult> {
  return runJob(context, createJobFromCronJob(cronJob, task, makeJobSuffix(context.clock.now())));
}

/** Makes a unique suffix for a Job's name: time and a random part, `20261125t021500z-3f9a1c`. */
export function makeJobSuffix(now: number): string {
  const time = new Date(now).toISOString().replace(/\.\d+|[-:]/g, '');
  // Names in Kubernetes have no capitals.
  return `${time.toLowerCase()}-${randomBytes(3).toString('hex')}`;
}

/**
 * Runs a derived Job and returns its log.
 * @throws OperationError if the Job fails
 */
export async function runForLog(context: OperationContext, cronJob: CronJob, task: JobTask): Promise<string> {
  const result = await runTask(context, cronJob, task);
  if (result.kind === 'complete') return result.log;
  throw new OperationError([`${task.verb}: ${result.cause}`]);
}

/** Lists the Jobs of a CronJob, and those derived from it, that have not finished. */
export async function listActiveJobs({ kubectl, environment }: OperationContext, cronJob: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', environment.namespace);
  return jobs.filter((job) => isFromCronJob(job, cronJob) && findFinishedCondition(job) === undefined);
}

/** Waits until no Job of some CronJobs is active: they all write to the same volume. */
export async function waitUntilIdle(context: OperationContext, cronJobs: readonly CronJob[]): Promise<void> {
  const listActive = async () => (await Promise.all(cronJobs.map((each) => listActiveJobs(context, each)))).flat();
  const jobs = await listActive();
  if (jobs.length === 0) return;
  const seconds = Math.max(...jobs.map(({ spec }) => computeJobTimeout(spec)));
  const problems = [`Job ${jobs.map(describeJob).join(', ')} did not finish in time`];
  await waitWhilePending(context, seconds, async () => {
    const active = await listActive();
    return active.length === 0
      ? undefined
      : { state: `waiting for Job ${active.map(describeJob).join(', ')}`, problems };
  });
}

function describeJob(job: Job): string {
  return `${job.metadata.name} (${readJobArguments(job)[0] ?? 'no arguments'})`;
}
