import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import type { Pod, Workload } from '../../cluster/kubernetes-types';
import { latestEvent, notReadyReason, type PodFailure, podFailure } from '../../cluster/pod-failure';
import type { Clock } from '../../cluster/wait';
import { isRolledOut, rolloutProgress, stuckPods } from '../../cluster/workload-status';
import { OperationError, type Problem } from '../../platform/errors';
import type { ReleaseContext } from './deploy-context';
import { awaitedWorkloads, creationFailure, podsBlockingRollout, rolloutObjects } from './rollout-state';

/** Seconds between two observations of a rollout. */
const interval = 2;

/** Seconds beyond its grace period after which a pod that is still being deleted is on a node that is down. */
const lostAfter = 60;

/** Observes the rollout that Helm drives: prints its progress, and remembers why it does not finish. */
export class RolloutWatcher {
  readonly failure: RolloutFailureTracker;
  /** When a pod of a DaemonSet was first seen being deleted, by its UID. */
  private readonly deletedSince = new Map<string | undefined, number>();

  constructor(private readonly context: Pick<ReleaseContext, 'kubectl' | 'environment' | 'progress' | 'clock'>) {
    const { kubectl, environment, clock } = context;
    this.failure = new RolloutFailureTracker(kubectl, environment.namespace, clock);
  }

  /** Observes the rollout until some work has ended, and returns the result of that. */
  async follow<T>(work: Promise<T>): Promise<T> {
    const ended = new AbortController();
    const end = work.finally(() => ended.abort());
    // Its failure is returned at the end; until then it must not count as unhandled.
    end.catch(() => undefined);
    while (!ended.signal.aborted) {
      // An observation that fails, as during an outage of the API server, must not stop Helm.
      await this.observe().catch(() => undefined);
      await this.context.clock.sleep(interval, ended.signal).catch(() => undefined);
    }
    return end;
  }

  private async observe(): Promise<void> {
    const objects = await rolloutObjects(this.context, () => []);
    await this.failure.observe(objects);
    const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
    const workloads = objects.filter((object): object is Workload => !['Pod', 'ReplicaSet'].includes(object.kind));
    for (const pod of stuckPods(workloads, pods)) await this.replace(pod);
    for (const pod of pods.filter((each) => this.isLost(each))) await this.forget(pod);
    const waiting = workloads.filter((workload) => !isRolledOut(workload)).map(rolloutProgress);
    if (waiting.length === 0) return;
    const { blocking } = this.failure;
    this.context.progress.update(`waiting for ${waiting.join(', ')}${blocking ? `; ${blocking}` : ''}`);
  }

  /** Whether a pod of a DaemonSet waits for a node that is down. Such a pod runs nowhere else, so that nothing runs twice. */
  private isLost({ metadata }: Pod): boolean {
    const isNodes = metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') ?? false;
    if (metadata.deletionTimestamp === undefined || !isNodes) return false;
    const now = this.context.clock.elapsed();
    const since = this.deletedSince.get(metadata.uid) ?? now;
    this.deletedSince.set(metadata.uid, since);
    return now - since >= ((metadata.deletionGracePeriodSeconds ?? 30) + lostAfter) * 1000;
  }

  /** Helm waits for the new pod of each node, and the former one of a node that is down would stay as long as that. */
  private async forget({ metadata }: Pod): Promise<void> {
    const { kubectl, progress } = this.context;
    progress.update(`removing pod ${metadata.name}, whose node is down`);
    const options = { force: true, wait: 'none' } as const;
    await kubectl.delete(`pod/${metadata.name}`, metadata.namespace ?? '', options).catch(() => undefined);
  }

  private async replace({ metadata }: Pod): Promise<void> {
    const { kubectl, progress } = this.context;
    progress.update(`replacing pod ${metadata.name}, which fails at an outdated revision`);
    // The next observation tries again.
    await kubectl.delete(`pod/${metadata.name}`, metadata.namespace ?? '', { wait: 'none' }).catch(() => undefined);
  }
}

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
    const pods = podsBlockingRollout(this.release, objects);
    const failing = [...pods.flatMap((pod) => toFailing(pod, podFailure(pod))), ...(await this.withoutPods(objects))];
    this.failedBefore ??= new Set(failing.map(({ object }) => object.metadata.uid));
    const newFailure = failing.find(({ object }) => !this.failedBefore?.has(object.metadata.uid));
    const slow = newFailure ? undefined : await this.slowPod(pods);
    const blocking = newFailure ?? slow;
    this.blocking = blocking && describeFailing(blocking);
    if (newFailure) return this.remember(newFailure, true);
    if (this.seen?.isNew) return;
    const other = slow ?? [...pods.flatMap((pod) => toFailing(pod, notReadyReason(pod))), ...failing].at(0);
    if (other) await this.remember(other, false);
    else if (stillExists(this.seen, objects)) this.seen = undefined;
  }

  private async withoutPods(objects: readonly KubernetesObject[]): Promise<Failing[]> {
    const workloads = awaitedWorkloads(this.release, objects);
    const states = await Promise.all(workloads.map((workload) => creationFailure(this.kubectl, workload)));
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
    const event = await latestEvent(this.kubectl, namespace, name);
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
