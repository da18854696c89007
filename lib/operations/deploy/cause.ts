import { FailedError, type Problem } from '../../problems';
import type { Clock } from '../clock';
import { latestEvent } from '../events';
import { helmCause } from '../helm';
import type { Kubectl, KubernetesObject } from '../kubectl';
import type { Pod, Workload } from '../objects';
import { type PodTrouble, troubleOfPod, unreadiness } from '../pods';
import type { Answer } from '../program';
import { awaitedPods, awaitedWorkloads } from './awaited-pods';
import { creationFailure } from './podless';

/** Lines of a log that stand in the cause of a failure. */
const logLines = 3;

/** Seconds after which a pod that still starts, such as one whose image is pulled, is looked at more closely. */
const startSeconds = 30;

/** A pod or workload and what is wrong with it. */
interface Found {
  readonly object: Pod | Workload;
  readonly trouble: PodTrouble;
}

/** What is remembered of it. */
interface Seen {
  readonly uid: string | undefined;
  /** The object and its state. */
  readonly state: string;
  /** How its log ends; empty if it has none. */
  readonly log: string;
  /** Whether it fails because of what is followed, and is not just not ready yet. */
  readonly failing: boolean;
}

/**
 * Looks for why the pods of a release do not become ready, while they are still there: going back takes them away. What was
 * seen last stands for the whole, but a pod that failed before all this, or is only not ready yet, says less than one that
 * fails now.
 */
export class Cause {
  private seen: Seen | undefined;
  /** What kept the release up at the last look, as far as it is more than a pod that is not ready yet. */
  blocking: string | undefined;
  /** Pods that failed at the first look: Helm has changed nothing by then. */
  private before: ReadonlySet<string | undefined> | undefined;
  /** When pods that start were seen first, by their UID. */
  private readonly startedAt = new Map<string | undefined, number>();

  constructor(
    private readonly kubectl: Kubectl,
    private readonly release: string,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  /**
   * What Helm failed with, as an error in words that take the cause: the pod, its state, its last log lines, and what Helm
   * says itself. Logs may hold secrets, so the news has none.
   */
  failure(answer: Answer, words: (cause: string) => readonly Problem[]): FailedError {
    const helm = helmCause(answer);
    if (!this.seen) return new FailedError(words(helm));
    const { state, log } = this.seen;
    const ending = log === '' ? '' : `; its log ends: ${log}`;
    return new FailedError(words(`${state}${ending}; Helm: ${helm}`), words(`${state}; Helm: ${helm}`));
  }

  /** Looks at everything as it is now. */
  async lookAt(objects: readonly KubernetesObject[]): Promise<void> {
    const pods = awaitedPods(this.release, objects);
    const failing = [...pods.flatMap((pod) => found(pod, troubleOfPod(pod))), ...(await this.withoutPods(objects))];
    this.before ??= new Set(failing.map(({ object }) => object.metadata.uid));
    const fresh = failing.find(({ object }) => !this.before?.has(object.metadata.uid));
    const starting = fresh ? [] : await this.starting(pods);
    const [blocking = fresh] = starting;
    this.blocking = blocking && stateOf(blocking);
    if (fresh) return this.remember(fresh, true);
    if (this.seen?.failing) return;
    const [other] = [...starting, ...pods.flatMap((pod) => found(pod, unreadiness(pod))), ...failing];
    if (other) await this.remember(other, false);
    else if (isThere(this.seen, objects)) this.seen = undefined;
  }

  private async withoutPods(objects: readonly KubernetesObject[]): Promise<Found[]> {
    const workloads = awaitedWorkloads(this.release, objects);
    const states = await Promise.all(workloads.map((workload) => creationFailure(this.kubectl, workload)));
    return workloads.flatMap((object, index) => {
      const state = states[index];
      return state === undefined ? [] : [{ object, trouble: { state, crashed: false } }];
    });
  }

  /** Pods that have been starting for long, by their latest event: an image that hangs has no other sign. */
  private async starting(pods: readonly Pod[]): Promise<Found[]> {
    const now = this.clock.elapsed();
    const slow = pods.filter(({ metadata, status }) => {
      if (status?.phase !== 'Pending') return false;
      const since = this.startedAt.get(metadata.uid) ?? now;
      this.startedAt.set(metadata.uid, since);
      return now - since >= startSeconds * 1000;
    });
    const [pod] = slow;
    if (!pod) return [];
    const { name, namespace = '' } = pod.metadata;
    const event = await latestEvent(this.kubectl, namespace, name);
    const state = `still starting after ${startSeconds} s${event === undefined ? '' : `: ${event}`}`;
    return [{ object: pod, trouble: { state, crashed: false } }];
  }

  private async remember({ object, trouble }: Found, failing: boolean): Promise<void> {
    const { metadata } = object;
    const state = stateOf({ object, trouble });
    if (state === this.seen?.state && failing === this.seen.failing) return;
    this.seen = { uid: metadata.uid, state, log: await this.log(object, trouble), failing };
  }

  private async log({ metadata }: KubernetesObject, { container, crashed }: PodTrouble): Promise<string> {
    if (container === undefined) return '';
    const { status, stdout } = await this.kubectl.ask([
      'logs',
      metadata.name,
      `--namespace=${metadata.namespace}`,
      `--container=${container}`,
      `--tail=${logLines}`,
      ...(crashed ? ['--previous'] : []),
    ]);
    return status === 0 ? stdout.trim().split('\n').filter(Boolean).join(' | ') : '';
  }
}

function stateOf({ object: { kind, metadata }, trouble }: Found): string {
  return `${kind === 'Pod' ? 'pod ' : `${kind}/`}${metadata.name}: ${trouble.state}`;
}

function found(object: Pod, trouble: PodTrouble | undefined): Found[] {
  return trouble ? [{ object, trouble }] : [];
}

/** A pod that is still there has got over its trouble; one that is gone was taken away with it. */
function isThere(seen: Seen | undefined, objects: readonly KubernetesObject[]): boolean {
  return objects.some(({ metadata }) => metadata.uid === seen?.uid && metadata.deletionTimestamp === undefined);
}
