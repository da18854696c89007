import { latestEvent } from '../events';
import type { KubernetesObject } from '../kubectl';
import type { Condition, Job, Pod } from '../objects';
import { lastLine } from '../program';
import type { Site } from '../site';
import { ending } from './job';
import { lastWords, startTrouble, violentEnd } from './job-pod';

/** How a Job ended, and its name. */
export type JobEnd = { readonly job: string } & (
  | { readonly kind: 'complete'; readonly log: string }
  /** It ran and did not succeed. */
  | { readonly kind: 'failed'; readonly cause: string }
  /** It never came to run. */
  | { readonly kind: 'unstarted'; readonly cause: string }
);

/** Seconds that a pod may be kept from starting before that counts as the end: a new node takes a few minutes. */
const startSeconds = 180;

/** One Job under observation. */
export class JobWatch {
  private troubledSince: number | undefined;

  constructor(
    private readonly site: Site,
    private readonly job: string,
  ) {}

  /** How it ended, or nothing as long as it works. */
  async end(): Promise<JobEnd | undefined> {
    const { kubectl, environment, progress } = this.site;
    const { job } = this;
    const found = await kubectl.find<Job>(`job/${job}`, environment.namespace);
    if (!found) return { job, kind: 'failed', cause: `Job ${job} is gone: somebody deleted it` };
    const end = ending(found);
    const pods = await kubectl.list<Pod>('pods', environment.namespace, `--selector=job-name=${job}`);
    const pod = pods.sort(byAge).at(-1);
    if (end?.type === 'Complete') return { job, kind: 'complete', log: await this.logOf(pod) };
    if (end) return { job, kind: 'failed', cause: await this.failure(found, end, pod) };
    if (pod && pod.status?.phase !== 'Pending') {
      progress.update(`pod ${pod.metadata.name} is at work`);
      return undefined;
    }
    return this.unstarted(pod);
  }

  /** A pod that cannot start keeps its chance for a while: a node may come, an image may appear. */
  private async unstarted(pod: Pod | undefined): Promise<JobEnd | undefined> {
    const { kubectl, environment, progress, clock } = this.site;
    const cause =
      (pod && startTrouble(pod)) ??
      (await latestEvent(kubectl, environment.namespace, pod?.metadata.name ?? this.job, 'type=Warning'));
    progress.update(`its pod starts${cause ? `: ${cause}` : ''}`);
    this.troubledSince = cause === undefined ? undefined : (this.troubledSince ?? clock.elapsed());
    if (cause === undefined || this.troubledSince === undefined) return undefined;
    if (clock.elapsed() - this.troubledSince < startSeconds * 1000) return undefined;
    return { job: this.job, kind: 'unstarted', cause: `its pod did not start in ${startSeconds} s: ${cause}` };
  }

  private async failure({ spec }: Job, end: Condition, pod: Pod | undefined): Promise<string> {
    if (end.reason === 'DeadlineExceeded') {
      return `it took longer than the ${Math.round((spec.activeDeadlineSeconds ?? 0) / 60)} minutes that it has`;
    }
    const line = lastLine(await this.logOf(pod).catch(() => '')) || lastLine((pod && lastWords(pod)) ?? '');
    const violence = pod && violentEnd(pod);
    if (violence) return line ? `${violence}; its last line: ${line}` : violence;
    return line || end.message || 'it failed without a word';
  }

  private async logOf(pod: Pod | undefined): Promise<string> {
    const { kubectl, environment } = this.site;
    if (!pod) return '';
    const log = await kubectl.output(['logs', pod.metadata.name, `--namespace=${environment.namespace}`]);
    // A log may be cut off by its node; what is left in the termination message is whole.
    const words = lastWords(pod);
    return words === '' || log.includes(words) ? log : `${log}\n${words}`;
  }
}

function byAge(one: KubernetesObject, other: KubernetesObject): number {
  return (one.metadata.creationTimestamp ?? '').localeCompare(other.metadata.creationTimestamp ?? '');
}
