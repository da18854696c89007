import { Container } from './container';
import type { Cursor } from './cursor';
import type { Manifest } from './manifest';

const placesByType: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['ReplicationController', ['spec', 'template']],
  ['CronJob.batch', ['spec', 'jobTemplate', 'spec', 'template']],
  ['DaemonSet.apps', ['spec', 'template']],
  ['Deployment.apps', ['spec', 'template']],
  ['Job.batch', ['spec', 'template']],
  ['ReplicaSet.apps', ['spec', 'template']],
  ['StatefulSet.apps', ['spec', 'template']],
]);

/** The pods that a workload makes, or a Pod itself. */
export class PodTemplate {
  /** The pods of an object, if it makes any. */
  static of(owner: Manifest): PodTemplate | undefined {
    const place = placesByType.get(owner.type);
    return place === undefined ? undefined : new PodTemplate(owner, owner.at(...place));
  }

  readonly metadata: Cursor;
  readonly spec: Cursor;
  readonly labels: Readonly<Record<string, string>>;
  /** Containers that run side by side, sidecars among them. */
  readonly containers: readonly Container[];
  /** Containers that run to their end, one after the other, before the others start. */
  readonly initContainers: readonly Container[];

  private constructor(
    readonly owner: Manifest,
    template: Cursor,
  ) {
    this.metadata = template.at('metadata');
    this.spec = template.at('spec');
    this.labels = this.metadata.textMap('labels');
    const init = this.spec.items('initContainers').map((at) => new Container(at));
    this.initContainers = init.filter(({ isSidecar }) => !isSidecar);
    this.containers = [
      ...this.spec.items('containers').map((at) => new Container(at)),
      ...init.filter(({ isSidecar }) => isSidecar),
    ];
  }

  get namespace(): string {
    return this.owner.namespace;
  }

  get allContainers(): readonly Container[] {
    return [...this.containers, ...this.initContainers];
  }

  /** NetworkPolicies do not reach such a pod, nor do they recognize it as a peer. */
  get isOnHostNetwork(): boolean {
    return this.spec.flag('hostNetwork') ?? false;
  }

  /** A Job's pod, or another that ends: it may carry a Service's labels without ever serving. */
  get runsToCompletion(): boolean {
    return ['Never', 'OnFailure'].includes(this.spec.text('restartPolicy') ?? '');
  }

  get serviceAccount(): string {
    return this.spec.text('serviceAccountName') ?? this.spec.text('serviceAccount') ?? 'default';
  }
}
