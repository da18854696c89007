import { type Cursor, itemsAt } from './cursor';
import { typeOf } from './kinds';
import type { Manifest } from './manifest';
import { expandLabels, findOperatorRows, makeTemplate, selectMadePods } from './operators/made-objects';
import type { StatedTemplate } from './operators/operator-kind';
import { operators } from './operators/operators';

/** Where a kind states a pod template, and what its controller adds to it. */
const templatesByType: ReadonlyMap<string, StatedTemplate> = new Map([
  ...operators.flatMap((row): [string, StatedTemplate][] =>
    row.podTemplate === undefined ? [] : [[typeOf(row), row.podTemplate]],
  ),
  ...builtInPlaces().map(([type, path]): [string, StatedTemplate] => [type, { path }]),
]);

function builtInPlaces(): [type: string, path: readonly string[]][] {
  return [
    ['Pod', []],
    ['ReplicationController', ['spec', 'template']],
    ['CronJob.batch', ['spec', 'jobTemplate', 'spec', 'template']],
    ['DaemonSet.apps', ['spec', 'template']],
    ['Deployment.apps', ['spec', 'template']],
    ['Job.batch', ['spec', 'template']],
    ['ReplicaSet.apps', ['spec', 'template']],
    ['StatefulSet.apps', ['spec', 'template']],
  ];
}

/** Template of the pods of a workload, or a Pod itself. */
export class PodTemplate {
  /** The pod template of an object, if it has one. */
  static of(owner: Manifest): PodTemplate | undefined {
    const stated = templatesByType.get(owner.type);
    const template = stated && owner.at(...stated.path);
    // A Rollout may refer to the template of a Deployment instead.
    if (stated === undefined || (!template?.exists && findOperatorRows(owner.type).length > 0)) return undefined;
    const { labels = {}, hasUnknownPorts = false } = stated;
    return new PodTemplate(owner, template ?? owner, expandLabels(labels, owner), hasUnknownPorts);
  }

  /** Templates of the pods that controllers make for an object. */
  static madeFor(owner: Manifest): { readonly pod: PodTemplate; readonly isAnywhere: boolean }[] {
    return selectMadePods(owner).map((row) => ({
      pod: new PodTemplate(owner, makeTemplate(row, owner), {}, row.ports === undefined),
      isAnywhere: row.isAnywhere ?? false,
    }));
  }

  readonly metadata: Cursor;
  readonly spec: Cursor;
  readonly labels: Readonly<Record<string, string>>;
  /** Containers that run side by side, sidecars among them. */
  readonly containers: readonly Container[];
  /** Containers that run to their end, one after the other, before the others start. */
  readonly initContainers: readonly Container[];
  readonly allContainers: readonly Container[];

  private constructor(
    readonly owner: Manifest,
    template: Cursor,
    addedLabels: Readonly<Record<string, string>>,
    /** A controller adds ports that the template does not state. */
    readonly hasUnknownPorts: boolean,
  ) {
    this.metadata = template.at('metadata');
    this.spec = template.at('spec');
    this.labels = { ...addedLabels, ...this.metadata.textMap('labels') };
    const init = this.spec.items('initContainers').map((at) => new Container(at, this));
    this.initContainers = init.filter(({ isSidecar }) => !isSidecar);
    this.containers = [
      ...this.spec.items('containers').map((at) => new Container(at, this)),
      ...init.filter(({ isSidecar }) => isSidecar),
    ];
    this.allContainers = [...this.containers, ...this.initContainers];
  }

  get namespace(): string {
    return this.owner.namespace;
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
    return this.spec.text('serviceAccountName') || this.spec.text('serviceAccount') || 'default';
  }
}

/** Formats the ports that a pod's containers state: `http 8080/TCP`. */
export function portsOf({ containers }: PodTemplate): string[] {
  return containers.flatMap(({ ports }) =>
    ports.map(({ name, number, protocol }) => [name, `${number}/${protocol}`].filter(Boolean).join(' ')),
  );
}

/**
 * Whether a pod has a port of that name or number.
 * Ports may go unstated, so a pod that states none may listen on any number, but it has no names.
 */
export function hasPort({ containers, hasUnknownPorts }: PodTemplate, wanted: unknown, protocol: string): boolean {
  if (hasUnknownPorts) return true;
  const ports = containers.flatMap((container) => container.ports);
  if (ports.length === 0) return typeof wanted === 'number';
  return ports.some((port) => (port.name === wanted || port.number === wanted) && port.protocol === protocol);
}

/** Formats a port that is referred to: `"http"`, `8080/TCP`. */
export function formatPortReference(port: unknown, protocol: string): string {
  return typeof port === 'number' ? `${port}/${protocol}` : JSON.stringify(port);
}

/** A port that a container states. */
export interface ContainerPort {
  readonly at: Cursor;
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

/** One container of a pod template. */
export class Container {
  readonly name: string;
  readonly ports: readonly ContainerPort[];
  /** The entries of `env`, named in paths by their variable. */
  readonly env: readonly Cursor[];

  constructor(
    readonly at: Cursor,
    readonly pod: PodTemplate,
  ) {
    this.env = itemsAt(at, 'env');
    this.name = at.text('name') ?? '';
    this.ports = at.items('ports').flatMap(portAt);
  }

  /** An init container that runs as long as the pod. */
  get isSidecar(): boolean {
    return this.at.text('restartPolicy') === 'Always';
  }
}

function portAt(at: Cursor): ContainerPort[] {
  const number = at.number('containerPort');
  if (number === undefined) return [];
  return [{ at, name: at.text('name'), number, protocol: at.text('protocol') ?? 'TCP' }];
}

export interface ImageReference {
  /** Registry and path: `docker.io/library/redis`. */
  readonly image: string;
  /** Its tag, or an empty text. */
  readonly tag: string;
  /** Its digest: `sha256:…`. Empty where the manifests trust the tag alone. */
  readonly digest: string;
}

/** Splits the reference of an image into registry and path, tag, and digest. */
export function splitReference(reference: string): ImageReference {
  const [name = '', digest = ''] = reference.split('@');
  const [, image = name, tag = ''] = /^(.*):([^/:]+)$/.exec(name) ?? [];
  return { image, tag, digest };
}
