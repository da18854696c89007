import type { Pod, Workload } from '../../cluster/kubernetes-types';
import { isRolledOut, rolloutProgress, stuckPods } from '../../cluster/workload-status';
import type { ReleaseContext } from './deploy-context';
import { RolloutFailureTracker } from './rollout-failure';
import { rolloutObjects } from './rollout-state';

/** Seconds between two observations of a rollout. */
const interval = 2;

/** Observes the rollout that Helm drives: prints its progress, and remembers why it does not finish. */
export class RolloutWatcher {
  readonly failure: RolloutFailureTracker;

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
    const waiting = workloads.filter((workload) => !isRolledOut(workload)).map(rolloutProgress);
    if (waiting.length === 0) return;
    const { blocking } = this.failure;
    this.context.progress.update(`waiting for ${waiting.join(', ')}${blocking ? `; ${blocking}` : ''}`);
  }

  private async replace({ metadata }: Pod): Promise<void> {
    const { kubectl, progress } = this.context;
    progress.update(`replacing pod ${metadata.name}, which fails at an outdated revision`);
    // The next observation tries again.
    await kubectl.delete(`pod/${metadata.name}`, metadata.namespace ?? '', { wait: 'none' }).catch(() => undefined);
  }
}
