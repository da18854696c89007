import type { Pod, Workload } from '../../cluster/kubernetes-types';
import { describeProgress, isRolledOut, selectStuckPods } from '../../cluster/workload-status';
import type { ReleaseContext } from './deploy-context';
import { RolloutFailureTracker } from './rollout-failure';
import { listRolloutObjects } from './rollout-state';

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
    const objects = await listRolloutObjects(this.context, () => []);
    await this.failure.observe(objects);
    const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
    const workloads = objects.filter((object): object is Workload => !['Pod', 'ReplicaSet'].includes(object.kind));
    for (const pod of selectStuckPods(workloads, pods)) {
      await this.deletePod(pod, `replacing pod ${pod.metadata.name}, which fails at an outdated revision`);
    }
    // Helm waits for the new pod of each node, and the former one of a node that is down would stay as long as that.
    for (const pod of pods.filter((each) => this.isLost(each))) {
      await this.deletePod(pod, `removing pod ${pod.metadata.name}, whose node is down`, { force: true });
    }
    const waiting = workloads.filter((workload) => !isRolledOut(workload)).map(describeProgress);
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

  /** If that fails, the next observation tries again. */
  private async deletePod({ metadata }: Pod, reason: string, options: { readonly force?: true } = {}): Promise<void> {
    const { kubectl, progress } = this.context;
    progress.update(reason);
    await kubectl
      .delete(`pod/${metadata.name}`, metadata.namespace ?? '', { ...options, wait: 'none' })
      .catch(() => undefined);
  }
}
