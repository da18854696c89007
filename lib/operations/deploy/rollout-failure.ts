import { latestEvent } from '../../cluster/events';
import type { KubernetesClient, KubernetesObject } from '../../cluster/kubernetes-client';
import type { Pod, Workload } from '../../cluster/kubernetes-types';
import { notReadyReason, type PodFailure, podFailure } from '../../cluster/pod-failure';
import type { Clock } from '../../cluster/wait';
import { isRolledOut } from '../../cluster/workload-status';
import { OperationError, type Problem } from '../../platform/errors';
import { helmReleaseName } from './helm-chart';
import { creationFailure } from './podless';

/** Lines of a log that stand in the cause of a failure. */
const logLines = 3;

/** Seconds after which a pod that still starts, such as one whose image is pulled, is looked at more closely. */
const startSeconds = 30;

/** A pod or workload and what is wrong with it. */
interface FailingPod {
  readonly object: Pod | Workload;
  readonly trouble: PodFailure;
}

/** What is remembered of it. */
interface Observation {
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
export class RolloutFailureTracker {
  private seen: Observation | undefined;
  /** What kept the release up at the last look, as far as it is more than a pod that is not ready yet. */
  blocking: string | undefined;
  /** Pods that failed at the first look: Helm has changed nothing by then. */
  private before: ReadonlySet<string | undefined> | undefined;
  /** When pods that start were seen first, by their UID. */
  private readonly startedAt = new Map<string | undefined, number>();

  constructor(
    private readonly kubectl: KubernetesClient,
    private readonly release: string,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  /**
   * What Helm failed with, as an error in words that take the cause: the pod, its state, its last log lines, and what Helm
   * says itself. Logs may hold secrets, so the news has none.
   */
  toError(helm: string, words: (cause: string) => readonly Problem[]): OperationError {
    if (!this.seen) return new OperationError(words(helm));
    const { state, log } = this.seen;
    const ending = log === '' ? '' : `; its log ends: ${log}`;
    return new OperationError(words(`${state}${ending}; Helm: ${helm}`), words(`${state}; Helm: ${helm}`));
  }

  /** Looks at everything as it is now. */
  async observe(objects: readonly KubernetesObject[]): Promise<void> {
    const pods = podsBlockingRollout(this.release, objects);
    const failing = [...pods.flatMap((pod) => found(pod, podFailure(pod))), ...(await this.withoutPods(objects))];
    this.before ??= new Set(failing.map(({ object }) => object.metadata.uid));
    const fresh = failing.find(({ object }) => !this.before?.has(object.metadata.uid));
    const starting = fresh ? [] : await this.starting(pods);
    const [blocking = fresh] = starting;
    this.blocking = blocking && stateOf(blocking);
    if (fresh) return this.remember(fresh, true);
    if (this.seen?.failing) return;
    const [other] = [...starting, ...pods.flatMap((pod) => found(pod, notReadyReason(pod))), ...failing];
    if (other) await this.remember(other, false);
    else if (stillExists(this.seen, objects)) this.seen = undefined;
  }

  private async withoutPods(objects: readonly KubernetesObject[]): Promise<FailingPod[]> {
    const workloads = awaitedWorkloads(this.release, objects);
    const states = await Promise.all(workloads.map((workload) => creationFailure(this.kubectl, workload)));
    return workloads.flatMap((object, index) => {
      const state = states[index];
      return state === undefined ? [] : [{ object, trouble: { state, hasCrashed: false } }];
    });
  }

  /** Pods that have been starting for long, by their latest event: an image that hangs has no other sign. */
  private async starting(pods: readonly Pod[]): Promise<FailingPod[]> {
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
    return [{ object: pod, trouble: { state, hasCrashed: false } }];
  }

  private async remember({ object, trouble }: FailingPod, failing: boolean): Promise<void> {
    const { metadata } = object;
    const state = stateOf({ object, trouble });
    if (state === this.seen?.state && failing === this.seen.failing) return;
    this.seen = { uid: metadata.uid, state, log: await this.log(object, trouble), failing };
  }

  private async log({ metadata }: KubernetesObject, { container, hasCrashed: crashed }: PodFailure): Promise<string> {
    if (container === undefined) return '';
    const options = { container, tail: logLines, previous: crashed };
    const text = await this.kubectl.logs(metadata.name, metadata.namespace ?? '', options).catch(() => '');
    return text.trim().split('\n').filter(Boolean).join(' | ');
  }
}

function stateOf({ object: { kind, metadata }, trouble }: FailingPod): string {
  return `${kind === 'Pod' ? 'pod ' : `${kind}/`}${metadata.name}: ${trouble.state}`;
}

function found(object: Pod, trouble: PodFailure | undefined): FailingPod[] {
  return trouble ? [{ object, trouble }] : [];
}

/** A pod that is still there has got over its trouble; one that is gone was taken away with it. */
function stillExists(seen: Observation | undefined, objects: readonly KubernetesObject[]): boolean {
  return objects.some(({ metadata }) => metadata.uid === seen?.uid && metadata.deletionTimestamp === undefined);
}

/** Annotation by which a Deployment's ReplicaSets are told apart. */
const revision = 'deployment.kubernetes.io/revision';

/**
 * Pods that a release waits for: of its workloads that are not complete, at the revision that those are to have. Pods of
 * Jobs, of other releases and of earlier revisions fail for reasons of their own, and one that has failed was replaced.
 */
export function podsBlockingRollout(release: string, objects: readonly KubernetesObject[]): Pod[] {
  const workloads = awaitedWorkloads(release, objects);
  const sets = ofKind<Workload>(objects, 'ReplicaSet');
  const pods = ofKind<Pod>(objects, 'Pod').filter(({ status }) => status?.phase !== 'Failed');
  return workloads.flatMap((workload) =>
    workload.kind === 'StatefulSet'
      ? owned(workload, pods).filter((pod) => isAtRevision(workload, pod))
      : owned(workload, sets)
          .filter((set) => set.metadata.annotations?.[revision] === workload.metadata.annotations?.[revision])
          .flatMap((set) => owned(set, pods)),
  );
}

/** Workloads of a release that are not complete. */
export function awaitedWorkloads(release: string, objects: readonly KubernetesObject[]): Workload[] {
  return ofKind<Workload>(objects, 'Deployment', 'StatefulSet').filter(
    (workload) => helmReleaseName(workload) === release && !isRolledOut(workload),
  );
}

function ofKind<T extends KubernetesObject>(objects: readonly KubernetesObject[], ...kinds: readonly string[]): T[] {
  return objects.filter(({ kind }) => kinds.includes(kind)) as T[];
}

/** The objects of a list that belong to a workload. */
export function owned<T extends KubernetesObject>({ kind, metadata }: Workload, objects: readonly T[]): T[] {
  return objects.filter(
    (object) =>
      object.metadata.namespace === metadata.namespace &&
      object.metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === metadata.name),
  );
}

function isAtRevision({ status }: Workload, { metadata }: Pod): boolean {
  return metadata.labels?.['controller-revision-hash'] === status?.updateRevision;
}
