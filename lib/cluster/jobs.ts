import { OperationError } from '../platform/errors';
import type { KubernetesObject } from './kubernetes-client';
import type { Pod } from './kubernetes-types';
import { type Condition, type CronJob, findCondition, type Job, type JobSpec } from './kubernetes-types';
import { runMutation } from './mutation';
import type { OperationContext } from './operation-context';
import { kubectlCommandLine } from './operation-context';
import { abnormalTermination, latestEvent, startFailure, terminationMessage } from './pod-failure';
import { lastLine } from './process';
import { waitUntil } from './wait';

/** The condition with which a Job ended, or nothing while it works. */
export function finishedCondition(job: Job): Condition | undefined {
  return [findCondition(job, 'Complete'), findCondition(job, 'Failed')].find((each) => each?.status === 'True');
}

/** What the container of a Job is asked to do. */
export function jobArguments({ spec }: Pick<Job, 'spec'>): readonly string[] {
  return spec.template.spec.containers[0]?.args ?? [];
}

/** Whether a Job is of a CronJob's kind, be it made by it or derived from it: its pods bear the same label. */
export function isFromCronJob(job: Job, { metadata, spec }: CronJob): boolean {
  const label = app(spec.jobTemplate.spec);
  return label !== undefined && label === app(job.spec) && job.metadata.namespace === metadata.namespace;
}

function app({ template }: JobSpec): string | undefined {
  return template.metadata?.labels?.app;
}

/** Seconds that a Job works at most where it states no limit, and what ending it takes. */
const jobTimeouts = { unlimited: 4 * 3600, ending: 60 } as const;

/** Seconds after which a Job has ended, or never will. */
export function jobTimeoutSeconds({ activeDeadlineSeconds = jobTimeouts.unlimited }: JobSpec): number {
  return activeDeadlineSeconds + jobTimeouts.ending;
}

/**
 * Waits for a Job to end, and tells meanwhile what it waits for.
 * @throws OperationError if that cannot be seen, or never happens
 */
export function waitForJob(site: OperationContext, job: Job): Promise<JobResult> {
  const { clock, signal } = site;
  const seconds = jobTimeoutSeconds(job.spec);
  const watch = new JobWatcher(site, job.metadata.name);
  const late = () =>
    new OperationError([`Job ${job.metadata.name} has not ended after ${Math.round(seconds / 60)} minutes`]);
  return runMutation(() => waitUntil(() => watch.poll(), { clock, seconds, signal, onTimeout: late }));
}

/**
 * Starts a Job and waits for its end. One that is not waited for any more is removed: nothing may come to life an hour
 * after everybody has turned away. Its name has to be nobody else's.
 */
export async function runJob(site: OperationContext, job: Job): Promise<JobResult> {
  await createOrCleanUp(site, job, () => site.kubectl.create(job));
  try {
    const end = await waitForJob(site, job);
    if (end.kind === 'unstarted') await deleteJob(site, job);
    return end;
  } catch (error) {
    await deleteJob(site, job);
    throw error;
  }
}

/** Makes a Job, or leaves none: whoever stops the command stops kubectl too, perhaps after the server has heard it. */
export async function createOrCleanUp<T>(site: OperationContext, job: Job, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    await requestDeletion(site, job).catch(() => undefined);
    throw error;
  }
}

/** Removes a Job, and waits until its pod is gone. */
export async function deleteJob(site: OperationContext, job: Job): Promise<void> {
  const command = kubectlCommandLine(site, `delete job/${job.metadata.name}`);
  const fail = (cause: string) =>
    new OperationError([`Job ${job.metadata.name} may still run: ${cause}; stop it: ${command}`]);
  const look = async () => {
    await requestDeletion(site, job).catch((error: Error) => {
      throw fail(error.message);
    });
    return true;
  };
  await waitUntil(look, { clock: site.clock, seconds: 60, onTimeout: () => fail('a minute was not enough') });
}

function requestDeletion({ kubectl, environment }: OperationContext, { metadata }: Job): Promise<void> {
  return kubectl.delete(`job/${metadata.name}`, environment.namespace, { wait: 'dependents', timeoutSeconds: 120 });
}

/** How a Job ended, and its name. */
export type JobResult = { readonly job: string } & (
  | { readonly kind: 'complete'; readonly log: string }
  /** It ran and did not succeed. */
  | { readonly kind: 'failed'; readonly cause: string }
  /** It never came to run. */
  | { readonly kind: 'unstarted'; readonly cause: string }
);

/** Seconds that a pod may be kept from starting before that counts as the end: a new node takes a few minutes. */
const startSeconds = 180;

/** One Job under observation. */
export class JobWatcher {
  private blockedSince: number | undefined;

  constructor(
    private readonly site: OperationContext,
    private readonly job: string,
  ) {}

  /** How it ended, or nothing as long as it works. */
  async poll(): Promise<JobResult | undefined> {
    const { kubectl, environment, progress } = this.site;
    const { job } = this;
    const found = await kubectl.find<Job>(`job/${job}`, environment.namespace);
    if (!found) return { job, kind: 'failed', cause: `Job ${job} is gone: somebody deleted it` };
    const poll = finishedCondition(found);
    const pods = await kubectl.list<Pod>('pods', environment.namespace, { labels: { 'job-name': job } });
    const pod = pods.sort(byAge).at(-1);
    if (poll?.type === 'Complete') return { job, kind: 'complete', log: await this.logOf(pod) };
    if (poll) return { job, kind: 'failed', cause: await this.failure(found, poll, pod) };
    if (pod && pod.status?.phase !== 'Pending') {
      progress.update(`pod ${pod.metadata.name} is at work`);
      return undefined;
    }
    return this.unstarted(pod);
  }

  /** A pod that cannot start keeps its chance for a while: a node may come, an image may appear. */
  private async unstarted(pod: Pod | undefined): Promise<JobResult | undefined> {
    const { kubectl, environment, progress, clock } = this.site;
    const cause =
      (pod && startFailure(pod)) ??
      (await latestEvent(kubectl, environment.namespace, pod?.metadata.name ?? this.job, { type: 'Warning' }));
    progress.update(`its pod starts${cause ? `: ${cause}` : ''}`);
    this.blockedSince = cause === undefined ? undefined : (this.blockedSince ?? clock.elapsed());
    if (cause === undefined || this.blockedSince === undefined) return undefined;
    if (clock.elapsed() - this.blockedSince < startSeconds * 1000) return undefined;
    return { job: this.job, kind: 'unstarted', cause: `its pod did not start in ${startSeconds} s: ${cause}` };
  }

  private async failure({ spec }: Job, poll: Condition, pod: Pod | undefined): Promise<string> {
    if (poll.reason === 'DeadlineExceeded') {
      return `it took longer than the ${Math.round((spec.activeDeadlineSeconds ?? 0) / 60)} minutes that it has`;
    }
    const line = lastLine(await this.logOf(pod).catch(() => '')) || lastLine((pod && terminationMessage(pod)) ?? '');
    const violence = pod && abnormalTermination(pod);
    if (violence) return line ? `${violence}; its last line: ${line}` : violence;
    return line || poll.message || 'it failed without a word';
  }

  private async logOf(pod: Pod | undefined): Promise<string> {
    const { kubectl, environment } = this.site;
    if (!pod) return '';
    const log = await kubectl.logs(pod.metadata.name, environment.namespace);
    // A log may be cut off by its node; what is left in the termination message is whole.
    const words = terminationMessage(pod);
    return words === '' || log.includes(words) ? log : `${log}\n${words}`;
  }
}

function byAge(one: KubernetesObject, other: KubernetesObject): number {
  return (one.metadata.creationTimestamp ?? '').localeCompare(other.metadata.creationTimestamp ?? '');
}
