import { randomBytes } from 'node:crypto';
import type { JobResult } from '../../cluster/jobs';
import { finishedCondition, isFromCronJob, jobArguments, jobTimeoutSeconds, runJob } from '../../cluster/jobs';
import type { CronJob, Job, JobContainer, PodSpec } from '../../cluster/kubernetes-types';
import type { ClusterContext, OperationContext } from '../../cluster/operation-context';
import { waitUntil } from '../../cluster/wait';
import { backupPaths, backupWorkloads } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { OperationError, UsageError } from '../../platform/errors';
import type { InClusterDatabase } from '../../platform/settings/database';

/** Names of what the cluster has for backups. */
export const backupObjects = {
  /** CronJob that makes backups. Every other Job that works on them is derived from it. */
  cronJob: backupWorkloads.backup,
  /** CronJob that copies them out of the cluster, where the environment has a bucket. */
  copy: backupWorkloads.copy,
  /** Where both mount the volume of the backups. */
  volume: backupPaths.backups,
  /** How the copying program's arguments begin that mean a place outside the cluster. */
  remote: 'offsite:',
} as const;

/**
 * The environment's database, if it is one that we back up.
 * @throws UsageError
 */
export function requireInClusterDatabase({ name, database }: Environment): InClusterDatabase {
  if (database.kind === 'in-cluster') return database;
  throw new UsageError(`the database of ${name} is a managed one; whoever runs it backs it up and restores it`);
}

/**
 * The CronJob that makes the environment's backups.
 * @throws UsageError if the environment was never deployed with one, or has a database that somebody else backs up
 */
export async function backupCronJob({ kubectl, environment }: ClusterContext): Promise<CronJob> {
  requireInClusterDatabase(environment);
  const { name, namespace } = environment;
  const found = await kubectl.find<CronJob>(`cronjob/${backupObjects.cronJob}`, namespace);
  if (found) return found;
  throw new UsageError(
    `there is no CronJob ${backupObjects.cronJob} in ${namespace}; deploy it first: npm run deploy -- ${name} <version>`,
  );
}

/** The CronJob that copies backups out of the cluster, or nothing where there is none. */
export function copyCronJob({ kubectl, environment }: ClusterContext): Promise<CronJob | undefined> {
  return kubectl.find<CronJob>(`cronjob/${backupObjects.copy}`, environment.namespace);
}

/** Where a CronJob copies backups to, as its program is told: `offsite:bucket/namespace`. */
export function offsiteTarget({ metadata, spec }: CronJob): string {
  const args = jobArguments(spec.jobTemplate);
  const bucket = args.find((arg) => arg.startsWith(backupObjects.remote));
  if (bucket !== undefined) return bucket;
  throw new OperationError([`CronJob ${metadata.name} does not say where it copies to: ${args.join(' ')}`]);
}

/** Seconds that a finished Job stays, so that somebody can look at it: a day. */
const keptSeconds = 86_400;

/** What a Job is derived for. */
export interface Task {
  /** Names the Job: `restore`. */
  readonly verb: string;
  /** What its container is asked to do instead. */
  readonly args: readonly string[];
  /** Whether it writes to the volume of the backups although the CronJob's own Jobs only read it. */
  readonly writes?: boolean;
}

/**
 * A Job with the image, the rights and the mounts of a CronJob's, that does something else. The CronJob does not own it,
 * or its history limits would remove it; it goes by itself a day after it ended. It is never tried twice.
 */
export function jobFromCronJob(cronJob: CronJob, { verb, args, writes = false }: Task, suffix: string): Job {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const pod = writes ? writable(spec.template.spec) : spec.template.spec;
  const [container, ...others] = pod.containers;
  if (container === undefined) throw new Error(`CronJob ${cronJob.metadata.name} has no container`);
  const job = {
    ...spec,
    backoffLimit: 0,
    ttlSecondsAfterFinished: keptSeconds,
    template: { ...spec.template, spec: { ...pod, containers: [{ ...container, args }, ...others] } },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${backupObjects.cronJob}-${verb}-${suffix}`,
      namespace: cronJob.metadata.namespace,
      labels: metadata?.labels,
      annotations: { ...metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
    },
    spec: job,
  };
}

function writable(pod: PodSpec): PodSpec {
  return {
    ...pod,
    containers: pod.containers.map(writableMounts),
    volumes: pod.volumes?.map((volume) =>
      volume.persistentVolumeClaim
        ? { ...volume, persistentVolumeClaim: { ...volume.persistentVolumeClaim, readOnly: false } }
        : volume,
    ),
  };
}

function writableMounts(container: JobContainer): JobContainer {
  const { volume } = backupObjects;
  return {
    ...container,
    volumeMounts: container.volumeMounts?.map((mount) =>
      mount.mountPath === volume || mount.mountPath.startsWith(`${volume}/`) ? { ...mount, readOnly: false } : mount,
    ),
  };
}

/** Does something with a Job that is derived from a CronJob, and waits for its end. */
export function runTask(site: OperationContext, cronJob: CronJob, task: Task): Promise<JobResult> {
  return runJob(site, jobFromCronJob(cronJob, task, jobSuffix(site.clock.now())));
}

/** What a Job's name ends with, `20261125t021500z-3f9a1c`: a name in Kubernetes knows no capitals, and two may begin something in the same second. */
export function jobSuffix(now: number): string {
  const time = new Date(now).toISOString().replace(/\.\d+|[-:]/g, '');
  return `${time.toLowerCase()}-${randomBytes(3).toString('hex')}`;
}

/**
 * What a Job printed, if it succeeded.
 * @throws OperationError with the cause if it did not
 */
export async function runForLog(site: OperationContext, cronJob: CronJob, task: Task): Promise<string> {
  const end = await runTask(site, cronJob, task);
  if (end.kind === 'complete') return end.log;
  throw new OperationError([`${task.verb}: ${end.cause}`]);
}

/** The Jobs of a CronJob's kind that have not ended. */
export async function activeJobs({ kubectl, environment }: OperationContext, cronJob: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', environment.namespace);
  return jobs.filter((job) => isFromCronJob(job, cronJob) && finishedCondition(job) === undefined);
}

/** Waits until no Job of some CronJobs' kinds is at work: each of them writes, and they share a volume. */
export async function waitUntilIdle(site: OperationContext, cronJobs: readonly CronJob[]): Promise<void> {
  const { clock, signal, progress } = site;
  const busy = async () => (await Promise.all(cronJobs.map((cronJob) => activeJobs(site, cronJob)))).flat();
  const jobs = await busy();
  if (jobs.length === 0) return;
  await waitUntil(
    async () => {
      const left = await busy();
      if (left.length === 0) return true;
      progress.update(`Job ${left.map(described).join(', ')} is at work`);
      return undefined;
    },
    {
      clock,
      signal,
      seconds: Math.max(...jobs.map(({ spec }) => jobTimeoutSeconds(spec))),
      onTimeout: () => new OperationError([`Job ${jobs.map(described).join(', ')} does not end`]),
    },
  );
}

function described(job: Job): string {
  return `${job.metadata.name} (${jobArguments(job)[0] ?? 'no arguments'})`;
}
