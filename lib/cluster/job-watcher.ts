import { latestEvent } from './events';
import { finishedCondition } from './jobs';
import type { KubernetesObject } from './kubernetes-client';
import type { Condition, Job, Pod } from './kubernetes-types';
import type { OperationContext } from './operation-context';
import { abnormalTermination, startFailure, terminationMessage } from './pod-failure';
import { lastLine } from './process';

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
