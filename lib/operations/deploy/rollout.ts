import { type Environment, monitoringNamespace } from '../../environments/environment';
import type { Clock } from '../clock';
import type { Kubectl } from '../kubectl';
import type { Pod, Workload } from '../objects';
import type { Progress } from '../progress';
import { stuckPods } from '../stuck-pods';
import { isComplete, progressOf } from '../workloads';
import { Cause } from './cause';
import type { Crew } from './crew';

/** Seconds between two looks at a rollout. */
const interval = 2;

/** Follows a rollout while somebody else drives it: tells how far it is, and remembers why it does not get on. */
export class Rollout {
  readonly cause: Cause;

  private constructor(
    private readonly kubectl: Kubectl,
    release: string,
    private readonly namespaces: readonly string[],
    private readonly progress: Progress,
    private readonly clock: Clock,
  ) {
    this.cause = new Cause(kubectl, release, clock);
  }

  /** The rollout of an environment and of its monitoring. */
  static of(
    { namespace }: Environment,
    { kubectl, progress, clock }: Pick<Crew, 'kubectl' | 'progress' | 'clock'>,
  ): Rollout {
    return new Rollout(kubectl, namespace, [namespace, monitoringNamespace(namespace)], progress, clock);
  }

  /** Follows until some work has ended. */
  async follow<T>(work: Promise<T>): Promise<T> {
    const ended = new AbortController();
    const end = work.finally(() => ended.abort());
    // Its failure is for the end: until then nothing waits for it.
    end.catch(() => undefined);
    while (!ended.signal.aborted) {
      // A look that fails, as where a cluster does not answer, is no reason to stop what Helm does.
      await this.look().catch(() => undefined);
      await this.clock.sleep(interval, ended.signal).catch(() => undefined);
    }
    return end;
  }

  private async look(): Promise<void> {
    const found = await Promise.all(this.namespaces.map((namespace) => this.everything(namespace).catch(() => [])));
    const objects = found.flat();
    await this.cause.lookAt(objects);
    const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
    const workloads = objects.filter((object): object is Workload => !['Pod', 'ReplicaSet'].includes(object.kind));
    for (const pod of stuckPods(workloads, pods)) await this.replace(pod);
    const behind = workloads.filter((workload) => !isComplete(workload));
    if (behind.length === 0) return;
    const { blocking } = this.cause;
    this.progress.update(`waiting for ${behind.map(progressOf).join(', ')}${blocking ? `; ${blocking}` : ''}`);
  }

  private async replace({ metadata }: Pod): Promise<void> {
    this.progress.update(`replacing pod ${metadata.name}, which failed at another revision`);
    await this.kubectl.ask(['delete', 'pod', metadata.name, `--namespace=${metadata.namespace}`, '--wait=false']);
  }

  private everything(namespace: string): Promise<(Workload | Pod)[]> {
    return this.kubectl.list('deployments,statefulsets,replicasets,pods', namespace);
  }
}
