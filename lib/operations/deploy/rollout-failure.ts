import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import type { Pod, Workload } from '../../cluster/kubernetes-types';
import type { Clock } from '../../cluster/wait';
import { findPodFailure, findUnreadyContainer, type PodFailure, readLatestEvent } from '../../cluster/workload-status';
import { OperationError, type Problem } from '../../platform/errors';
import { readCreationFailure, selectAwaitedWorkloads, selectBlockingPods } from './rollout-state';

/** Lines of a log that an error quotes. */
const logLines = 3;

/** Seconds after which a pod that still starts counts as slow, and its latest event is read. */
const startSeconds = 30;

/** A pod or workload, and why it fails. */
interface Failing {
  readonly object: Pod | Workload;
  readonly failure: PodFailure;
}

/** What is remembered of a failure. */
interface Observation {
  readonly uid: string | undefined;
  /** The object and its state. */
  readonly state: string;
  /** The end of its log; empty if it has none. */
  readonly log: string;
  /** Whether it failed during this rollout, and is not just not ready yet. */
  readonly isNew: boolean;
}

/**
 * Finds out why the pods of a release do not become ready, while they exist: a rollback deletes them. The last observation
 * counts, but a pod that failed before the rollout, or is only not ready yet, never replaces one that fails because of it.
 */
export class RolloutFailureTracker {
  private seen: Observation | undefined;
  /** What blocks the release at the last observation, if it is more than a pod that is not ready yet. */
  blocking: string | undefined;
  /** Objects that failed at the first observation, by UID: Helm has changed nothing by then. */
  private failedBefore: ReadonlySet<string | undefined> | undefined;
  /** When a pending pod was first seen, by its UID. */
  private readonly pendingSince = new Map<string | undefined, number>();

  constructor(
    private readonly kubectl: KubernetesClient,
    private readonly release: string,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  /**
   * Makes an error of Helm's failure, with the cause: the pod, its state, its last log lines and Helm's message. The public
   * messages leave the log out, since it may hold secrets.
   *
   * @param messages makes the messages of the cause
   */
  toError(helm: string, messages: (cause: string) => readonly Problem[]): OperationError {
    if (!this.seen) return new OperationError(messages(helm));
    const { state, log } = this.seen;
    const lastLines = log === '' ? '' : `; last log lines: ${log}`;
    return new OperationError(messages(`${state}${lastLines}; Helm: ${helm}`), messages(`${state}; Helm: ${helm}`));
  }

  /** Records the state of all objects as they are now. */
  async observe(objects: readonly KubernetesObject[]): Promise<void> {
    const pods = selectBlockingPods(this.release, objects);
    const failing = [
      ...pods.flatMap((pod) => toFailing(pod, findPodFailure(pod))),
      ...(await this.withoutPods(objects)),
    ];
    this.failedBefore ??= new Set(failing.map(({ object }) => object.metadata.uid));
    const newFailure = failing.find(({ object }) => !this.failedBefore?.has(object.metadata.uid));
    const slow = newFailure ? undefined : await this.slowPod(pods);
    const blocking = newFailure ?? slow;
    this.blocking = blocking && describeFailing(blocking);
    if (newFailure) return this.remember(newFailure, true);
    if (this.seen?.isNew) return;
    const other = slow ?? [...pods.flatMap((pod) => toFailing(pod, findUnreadyContainer(pod))), ...failing].at(0);
    if (other) await this.remember(other, false);
    else if (stillExists(this.seen, objects)) this.seen = undefined;
  }

  private async withoutPods(objects: readonly KubernetesObject[]): Promise<Failing[]> {
    const workloads = selectAwaitedWorkloads(this.release, objects);
    const states = await Promise.all(workloads.map((workload) => readCreationFailure(this.kubectl, workload)));
    return workloads.flatMap((object, index) => {
      const state = states[index];
      return state === undefined ? [] : [{ object, failure: { state, hasCrashed: false } }];
    });
  }

  /** Finds a pod that has been pending for long. If its image hangs, its latest event is the only sign of that. */
  private async slowPod(pods: readonly Pod[]): Promise<Failing | undefined> {
    const now = this.clock.elapsed();
    const [pod] = pods.filter(({ metadata, status }) => {
      if (status?.phase !== 'Pending') return false;
      const since = this.pendingSince.get(metadata.uid) ?? now;
      this.pendingSince.set(metadata.uid, since);
      return now - since >= startSeconds * 1000;
    });
    if (!pod) return undefined;
    const { name, namespace = '' } = pod.metadata;
    const event = await readLatestEvent(this.kubectl, namespace, name);
    const state = `still starting after ${startSeconds} s${event === undefined ? '' : `: ${event}`}`;
    return { object: pod, failure: { state, hasCrashed: false } };
  }

  private async remember(failing: Failing, isNew: boolean): Promise<void> {
    const state = describeFailing(failing);
    if (state === this.seen?.state && isNew === this.seen.isNew) return;
    this.seen = { uid: failing.object.metadata.uid, state, log: await this.readLog(failing), isNew };
  }

  private async readLog({ object: { metadata }, failure: { container, hasCrashed } }: Failing): Promise<string> {
    if (container === undefined) return '';
    const options = { container, tail: logLines, previous: hasCrashed };
    const text = await this.kubectl.logs(metadata.name, metadata.namespace ?? '', options).catch(() => '');
    return text.trim().split('\n').filter(Boolean).join(' | ');
  }
}

function describeFailing({ object: { kind, metadata }, failure }: Failing): string {
  return `${kind === 'Pod' ? 'pod ' : `${kind}/`}${metadata.name}: ${failure.state}`;
}

function toFailing(object: Pod, failure: PodFailure | undefined): Failing[] {
  return failure ? [{ object, failure }] : [];
}

/** A pod that still exists has recovered; one that is gone was deleted in its failed state. */
function stillExists(seen: Observation | undefined, objects: readonly KubernetesObject[]): boolean {
  return objects.some(({ metadata }) => metadata.uid === seen?.uid && metadata.deletionTimestamp === undefined);
}
