import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { Pod, Workload } from '../../cluster/kubernetes-types';
import type { Progress } from '../../cluster/progress';
import type { Clock } from '../../cluster/wait';
import { isRolledOut, rolloutProgress, stuckPods } from '../../cluster/workload-status';
import { type Environment, monitoringNamespace } from '../../platform/environment';
import type { DeployContext } from './plan';
import { RolloutFailureTracker } from './rollout-failure';

/** Seconds between two looks at a rollout. */
const interval = 2;

/** Follows a rollout while somebody else drives it: tells how far it is, and remembers why it does not get on. */
export class RolloutWatcher {
  readonly cause: RolloutFailureTracker;

  private constructor(
    private readonly kubectl: KubernetesClient,
    release: string,
    private readonly namespaces: readonly string[],
    private readonly progress: Progress,
    private readonly clock: Clock,
  ) {
    this.cause = new RolloutFailureTracker(kubectl, release, clock);
  }

  /** The rollout of an environment and of its monitoring. */
  static of(
    { namespace }: Environment,
    { kubectl, progress, clock }: Pick<DeployContext, 'kubectl' | 'progress' | 'clock'>,
  ): RolloutWatcher {
    return new RolloutWatcher(kubectl, namespace, [namespace, monitoringNamespace(namespace)], progress, clock);
  }

  /** Follows until some work has ended. */
  async follow<T>(work: Promise<T>): Promise<T> {
    const ended = new AbortController();
    const end = work.finally(() => ended.abort());
    // Its failure is for the end: until then nothing waits for it.
    end.catch(() => undefined);
    while (!ended.signal.aborted) {
      // A look that fails, as where a cluster does not answer, is no reason to stop what Helm does.
      await this.observe().catch(() => undefined);
      await this.clock.sleep(interval, ended.signal).catch(() => undefined);
    }
    return end;
  }

  private async observe(): Promise<void> {
    const found = await Promise.all(this.namespaces.map((namespace) => this.listObjects(namespace).catch(() => [])));
    const objects = found.flat();
    await this.cause.observe(objects);
    const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
    const workloads = objects.filter((object): object is Workload => !['Pod', 'ReplicaSet'].includes(object.kind));
    for (const pod of stuckPods(workloads, pods)) await this.replace(pod);
    const incomplete = workloads.filter((workload) => !isRolledOut(workload));
    if (incomplete.length === 0) return;
    const { blocking } = this.cause;
    this.progress.update(`waiting for ${incomplete.map(rolloutProgress).join(', ')}${blocking ? `; ${blocking}` : ''}`);
  }

  private async replace({ metadata }: Pod): Promise<void> {
    this.progress.update(`replacing pod ${metadata.name}, which failed at another revision`);
    await this.kubectl
      .delete(`pod/${metadata.name}`, metadata.namespace ?? '', { wait: 'none' })
      .catch(() => undefined);
  }

  private listObjects(namespace: string): Promise<(Workload | Pod)[]> {
    return this.kubectl.list('deployments,statefulsets,replicasets,pods', namespace);
  }
}
