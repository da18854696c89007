import { Cursor } from './cursor';
import { findIntendedKinds, type Kind, kinds, typeOf } from './kinds';

/** A Kubernetes object as a manifest states it; what else it contains depends on its kind. */
export interface KubernetesManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** An object with more annotations, all of them in the order in which the YAML has all keys. */
export function withAnnotations(
  object: KubernetesManifest,
  added: Readonly<Record<string, string>>,
): KubernetesManifest {
  const { annotations, ...metadata } = object.metadata;
  const sorted = Object.entries({ ...annotations, ...added }).sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...object, metadata: { annotations: Object.fromEntries(sorted), ...metadata } };
}

/** One Kubernetes object: the place where all its paths begin, and its identity. */
export class Manifest extends Cursor {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** Empty where the object states none, or is cluster-scoped. */
  readonly namespace: string;
  /** `Deployment.apps`; see `typeOf`. */
  readonly type: string;

  constructor(object: unknown) {
    super(object);
    this.apiVersion = this.text('apiVersion') ?? '';
    const slash = this.apiVersion.lastIndexOf('/');
    this.group = this.apiVersion.slice(0, Math.max(slash, 0));
    this.version = this.apiVersion.slice(slash + 1);
    this.kind = this.text('kind') ?? '';
    this.name = this.text('metadata', 'name') ?? '';
    this.type = typeOf(this);
    const isClusterScoped = kinds.get(this.type)?.namespaced === false;
    this.namespace = isClusterScoped ? '' : (this.text('metadata', 'namespace') ?? '');
  }

  /** `veza-production Deployment/veza-chat-server` */
  get id(): string {
    const name = `${this.kind || 'object'}/${this.name || (this.text('metadata', 'generateName') ?? '')}`;
    return this.namespace === '' ? name : `${this.namespace} ${name}`;
  }

  get knownKind(): Kind | undefined {
    return kinds.get(this.type);
  }

  /** Of a custom kind, or of one that is newer than these rules; not merely of a known kind in the wrong group. */
  get isOfUnknownKind(): boolean {
    return this.kind !== '' && this.knownKind === undefined && findIntendedKinds(this).length === 0;
  }

  get labels(): Record<string, string> {
    return this.textMap('metadata', 'labels');
  }

  get annotations(): Record<string, string> {
    return this.textMap('metadata', 'annotations');
  }
}

/**
 * Namespaces in which an object is looked up. An object that states none may be applied to any namespace; a reference
 * from it is looked up in `default`, where kubectl applies it if its context names no other.
 */
export function namespacesMeant(namespace: string): readonly string[] {
  return namespace === '' ? ['', 'default'] : [namespace, ''];
}

/** The places of the objects in a document: the elements of a `List`, and any other object itself. */
export function objectsOf(document: unknown): Cursor[] {
  return objectsAt(new Cursor(document));
}

function objectsAt(at: Cursor): Cursor[] {
  const kind = at.text('kind') ?? '';
  // `kubectl get -o yaml` writes a List, and one may state no items.
  const isList = Array.isArray(at.at('items').value) || (kind === 'List' && at.text('apiVersion') === 'v1');
  return isList && kind.endsWith('List') ? at.items('items').flatMap(objectsAt) : [at];
}

/** A `${NAME}` in what identifies an object: something such as envsubst or Flux fills in the whole file. */
export function findPlaceholder(value: unknown): string | undefined {
  const object = new Cursor(value);
  const places = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']];
  const found = places.map((place) => /\$\{[^}]*\}/.exec(object.text(...place) ?? '')?.[0]);
  return found.find((placeholder) => placeholder !== undefined);
}

/** Why a document is not a Kubernetes object; undefined if it is one, however wrong. */
export function findForeignReason(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it states neither apiVersion nor kind';
  // Files of other programs have a kind too.
  const isBare = !('apiVersion' in value || 'metadata' in value || 'items' in value);
  if ('kind' in value) return isBare ? 'it states neither apiVersion nor metadata' : undefined;
  if (!('apiVersion' in value)) return 'it states neither apiVersion nor kind';
  if (typeof value.apiVersion === 'number') return 'its apiVersion is a number, and it has no kind';
  if ('metadata' in value || 'items' in value) return undefined;
  return 'name' in value && 'version' in value ? 'it describes a Helm chart' : 'it states neither kind nor metadata';
}
