import { OperationError } from '../platform/errors';
import { runMutation } from './errors';
import {
  type Condition,
  type CronJob,
  compareCreation,
  findCondition,
  type Job,
  type JobSpec,
  type Pod,
} from './kubernetes-types';
import { formatKubectlCommand, type OperationContext } from './operation-context';
import { takeLastLine } from './process';
import { retryDuringOutage, waitUntil } from './wait';
import { findAbnormalEnd, findStartFailure, readLatestEvent, readTerminationMessage } from './workload-status';

/** How a Job ended, and its name. */
export type JobResult = { readonly job: string } & (
  | { readonly kind: 'complete'; readonly log: string }
  /** It ran and did not succeed. */
  | { readonly kind: 'failed'; readonly cause: string }
  /** Its pod did not start in time. */
  | { readonly kind: 'not-started'; readonly cause: string }
);

/**
 * Creates a Job and waits for its end. If the wait fails or the pod does not start, the Job is deleted, so that it cannot
 * start later without supervision. No other Job may have its name.
 */
export async function runJob(context: OperationContext, job: Job): Promise<JobResult> {
  await createOrCleanUp(context, job, () => context.kubectl.create(job));
  try {
    const result = await waitForJob(context, job);
    if (result.kind === 'not-started') await deleteJob(context, job);
    return result;
  } catch (error) {
    await deleteJob(context, job);
    throw error;
  }
}

/** Creates a Job, or leaves none: a call that was interrupted may have reached the server all the same. */
export async function createOrCleanUp<T>(context: OperationContext, job: Job, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    await requestDeletion(context, job).catch(() => undefined);
    throw error;
  }
}

/**
 * Waits for a Job to end, and reports what it waits for.
 * @throws OperationError if the Job cannot be read, or does not end in time
 */
export function waitForJob(context: OperationContext, job: Job): Promise<JobResult> {
  const { clock, signal } = context;
  const { name } = job.metadata;
  const seconds = computeJobTimeout(job.spec);
  const watcher = new JobWatcher(context, name);
  const onTimeout = () => new OperationError([`Job ${name} did not end within ${Math.round(seconds / 60)} minutes`]);
  return runMutation(() => waitUntil(() => watcher.poll(), { clock, seconds, signal, onTimeout }));
}

/** Deletes a Job, and waits until its pod is gone. */
export async function deleteJob(context: OperationContext, job: Job): Promise<void> {
  const { name } = job.metadata;
  const command = formatKubectlCommand(context, `delete job/${name}`);
  await retryDuringOutage(() => requestDeletion(context, job), { clock: context.clock, seconds: 60 }).catch(
    (error: Error) => {
      throw new OperationError([`Job ${name} may still run: ${error.message}. Delete it with: ${command}`]);
    },
  );
}

function requestDeletion({ kubectl, environment }: OperationContext, { metadata }: Job): Promise<void> {
  return kubectl.delete(`job/${metadata.name}`, environment.namespace, { wait: 'dependents', timeoutSeconds: 120 });
}

/** Timeout of a Job that states no deadline, and the time that ending a pod takes, in seconds. */
const jobTimeouts = { unlimited: 4 * 3600, ending: 60 } as const;

/** Seconds within which a Job ends, by its own deadline. */
export function computeJobTimeout({ activeDeadlineSeconds = jobTimeouts.unlimited }: JobSpec): number {
  return activeDeadlineSeconds + jobTimeouts.ending;
}

/** The condition with which a Job ended; undefined while it runs. */
export function findFinishedCondition(job: Job): Condition | undefined {
  return [findCondition(job, 'Complete'), findCondition(job, 'Failed')].find((each) => each?.status === 'True');
}

/** Arguments of the container of a Job. */
export function readJobArguments({ spec }: Pick<Job, 'spec'>): readonly string[] {
  return spec.template.spec.containers[0]?.args ?? [];
}

/** Whether a Job was created by a CronJob or derived from it: their pods have the same `app` label. */
export function isFromCronJob(job: Job, { metadata, spec }: CronJob): boolean {
  const label = appLabel(spec.jobTemplate.spec);
  return label !== undefined && label === appLabel(job.spec) && job.metadata.namespace === metadata.namespace;
}

function appLabel({ template }: JobSpec): string | undefined {
  return template.metadata?.labels?.app;
}

/** Seconds after which a pod that cannot start counts as failed: a new node takes a few minutes. */
const startTimeoutSeconds = 180;

class JobWatcher {
  private blockedSince: number | undefined;

  constructor(
    private readonly context: OperationContext,
    private readonly job: string,
  ) {}

  /** Reads how the Job ended; undefined while it runs. */
  async poll(): Promise<JobResult | undefined> {
    const { kubectl, environment, progress } = this.context;
    const { job } = this;
    const found = await kubectl.find<Job>(`job/${job}`, environment.namespace);
    if (!found) return { job, kind: 'failed', cause: `Job ${job} was deleted while it ran` };
    const condition = findFinishedCondition(found);
    const pods = await kubectl.list<Pod>('pods', environment.namespace, { labels: { 'job-name': job } });
    const pod = pods.sort(compareCreation).at(-1);
    if (condition?.type === 'Complete') return { job, kind: 'complete', log: await this.readLog(pod) };
    if (condition) return { job, kind: 'failed', cause: await this.describeFailure(found, condition, pod) };
    if (pod && pod.status?.phase !== 'Pending') {
      progress.update(`pod ${pod.metadata.name} is running`);
      return undefined;
    }
    return this.checkStart(pod);
  }

  /** Gives a pod that cannot start some time: a node may be added, an image may be pushed. */
  private async checkStart(pod: Pod | undefined): Promise<JobResult | undefined> {
    const { kubectl, environment, progress, clock } = this.context;
    const cause =
      (pod && findStartFailure(pod)) ??
      (await readLatestEvent(kubectl, environment.namespace, pod?.metadata.name ?? this.job, { type: 'Warning' }));
    progress.update(`waiting for its pod to start${cause ? `: ${cause}` : ''}`);
    this.blockedSince = cause === undefined ? undefined : (this.blockedSince ?? clock.elapsed());
    if (cause === undefined || this.blockedSince === undefined) return undefined;
    if (clock.elapsed() - this.blockedSince < startTimeoutSeconds * 1000) return undefined;
    const message = `its pod did not start within ${startTimeoutSeconds} s: ${cause}`;
    return { job: this.job, kind: 'not-started', cause: message };
  }

  private async describeFailure({ spec }: Job, condition: Condition, pod: Pod | undefined): Promise<string> {
    if (condition.reason === 'DeadlineExceeded') {
      return `exceeded its deadline of ${Math.round((spec.activeDeadlineSeconds ?? 0) / 60)} minutes`;
    }
    const line =
      takeLastLine(await this.readLog(pod).catch(() => '')) || takeLastLine((pod && readTerminationMessage(pod)) ?? '');
    const reason = pod && findAbnormalEnd(pod);
    if (reason) return line ? `${reason}; its last line: ${line}` : reason;
    return line || condition.message || 'failed without output';
  }

  private async readLog(pod: Pod | undefined): Promise<string> {
    const { kubectl, environment } = this.context;
    if (!pod) return '';
    const log = await kubectl.logs(pod.metadata.name, environment.namespace);
    // The node may truncate a log; the termination message is always complete.
    const message = readTerminationMessage(pod);
    return message === '' || log.includes(message) ? log : `${log}\n${message}`;
  }
}
