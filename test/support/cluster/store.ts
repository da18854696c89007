import { randomUUID } from 'node:crypto';
import { alreadyExists, modified, notFound } from './api-error';
import { apiVersionOf, builtInKinds, groupVersion, type Kind } from './kinds';
import { isFields, type KubeObject, same } from './objects';

/** A change of one object. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: Kind;
  readonly object: KubeObject;
  /** Number of the change: the resource version that it brought. */
  readonly version: number;
}

/** Where an object is: in no namespace where its kind is the cluster's. */
export interface Place {
  readonly namespace?: string;
  readonly name: string;
}

/** Number of latest changes that a watch can begin at. */
const changesKept = 5000;

/** All objects of the cluster, and their latest changes. */
export class Store {
  /** Objects by their kind, and by their namespace and name. */
  private readonly objects = new Map<string, Map<string, KubeObject>>();
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly history: Change[] = [];
  private lastVersion = 0;

  /** @param clock milliseconds since 1970 */
  constructor(private readonly clock: () => number = Date.now) {}

  /** Milliseconds since 1970, by the clock of the cluster. */
  get milliseconds(): number {
    return this.clock();
  }

  /** The time of the cluster as the API writes it. */
  get time(): string {
    return formatTime(this.clock());
  }

  /** Resource version of the latest change. */
  get version(): string {
    return String(this.lastVersion);
  }

  /** The kinds that exist now: those of custom resources depend on their definitions. */
  get kinds(): Kind[] {
    return [...builtInKinds, ...this.all('CustomResourceDefinition').flatMap(customKind)];
  }

  /** The kind of an object. @throws Error if the cluster does not have it */
  kindOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Kind {
    const { group, version } = groupVersion(apiVersion);
    const found = this.kinds.find((one) => one.kind === kind && one.group === group && one.version === version);
    if (!found) throw new Error(`no kind ${kind} in ${apiVersion}`);
    return found;
  }

  find(kind: Kind, { namespace, name }: Place): KubeObject | undefined {
    return this.of(kind).get(keyOf(namespace, name));
  }

  /** Objects of a kind, in the order of their names. @default namespace - all */
  list(kind: Kind, namespace?: string): KubeObject[] {
    return [...this.of(kind)]
      .filter(([, { metadata }]) => namespace === undefined || metadata.namespace === namespace)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => object);
  }

  /** Objects of a kind by its name: `Deployment`. @default namespace - all */
  all<T extends KubeObject>(kind: string, namespace?: string): T[] {
    const found = this.named(kind);
    return found ? (this.list(found, namespace) as T[]) : [];
  }

  /** One object by its kind's name. */
  one<T extends KubeObject>(kind: string, name: string, namespace?: string): T | undefined {
    const found = this.named(kind);
    return found ? (this.find(found, { name, namespace }) as T | undefined) : undefined;
  }

  /** Takes over every object of another store as it is, with its UID and version. */
  copyFrom(other: Store): void {
    for (const [kind, objects] of other.objects) this.objects.set(kind, new Map(objects));
    this.lastVersion = other.lastVersion;
  }

  create(object: KubeObject): KubeObject {
    const kind = this.kindOf(object);
    const { name, namespace } = object.metadata;
    if (this.find(kind, { name, namespace })) throw alreadyExists(kind, name);
    return this.write('ADDED', kind, {
      ...object,
      metadata: {
        ...object.metadata,
        uid: randomUUID(),
        creationTimestamp: this.time,
        ...(object.spec === undefined ? {} : { generation: 1 }),
      },
    });
  }

  /**
   * Writes an object that there is. What says nothing new is no change, as in the real API.
   * @throws ApiError if another writer has changed it since it was read
   */
  update(object: KubeObject): KubeObject {
    const kind = this.kindOf(object);
    const { metadata } = object;
    const old = this.find(kind, metadata);
    if (!old) throw notFound(kind, metadata.name);
    const { uid, creationTimestamp, generation, resourceVersion } = old.metadata;
    if ((metadata.resourceVersion ?? resourceVersion) !== resourceVersion) throw modified(kind, metadata.name);
    const kept = { ...metadata, uid, creationTimestamp, resourceVersion };
    const bumped = generation === undefined || same(old.spec, object.spec) ? generation : generation + 1;
    const next = { ...object, metadata: { ...kept, ...(bumped === undefined ? {} : { generation: bumped }) } };
    return same(withoutTimes(old), withoutTimes(next)) ? old : this.write('MODIFIED', kind, next);
  }

  /** Writes an object, whether it exists or not. */
  put(object: KubeObject): KubeObject {
    return this.find(this.kindOf(object), object.metadata) ? this.update(object) : this.create(object);
  }

  delete(object: KubeObject): void {
    const kind = this.kindOf(object);
    this.of(kind).delete(keyOf(object.metadata.namespace, object.metadata.name));
    this.publish('DELETED', kind, object);
  }

  /** Changes since a version. */
  since(version: number): Change[] {
    return this.history.filter((change) => change.version > version);
  }

  /** Calls a listener with each change from now on, until the function that is returned is called. */
  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private named(name: string): Kind | undefined {
    const isNamed = ({ kind }: Kind) => kind === name;
    return builtInKinds.find(isNamed) ?? this.list(definitions).flatMap(customKind).find(isNamed);
  }

  private of({ group, plural }: Kind): Map<string, KubeObject> {
    const key = `${group}/${plural}`;
    const found = this.objects.get(key) ?? new Map<string, KubeObject>();
    this.objects.set(key, found);
    return found;
  }

  private write(type: 'ADDED' | 'MODIFIED', kind: Kind, object: KubeObject): KubeObject {
    const { metadata, ...rest } = object;
    const { namespace, name } = metadata;
    // The version is the number of the change, so that a watch can continue from any object.
    const resourceVersion = String(this.lastVersion + 1);
    const written = { ...rest, metadata: { ...metadata, resourceVersion } };
    this.of(kind).set(keyOf(namespace, name), written);
    this.publish(type, kind, written);
    return written;
  }

  private publish(type: Change['type'], kind: Kind, object: KubeObject): void {
    this.lastVersion += 1;
    const metadata = { ...object.metadata, resourceVersion: this.version };
    const change = { type, kind, object: { ...object, metadata }, version: this.lastVersion };
    this.history.push(change);
    if (this.history.length > changesKept) this.history.shift();
    for (const listener of [...this.listeners]) listener(change);
  }
}

const definitions = builtInKinds.find(({ kind }) => kind === 'CustomResourceDefinition') as Kind;

/** A time as the API writes it. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

function keyOf(namespace = '', name = ''): string {
  return `${namespace}/${name}`;
}

/** Times of managed fields change at each write, even at one that changes nothing else. */
function withoutTimes({ metadata, ...rest }: KubeObject): object {
  const managedFields = metadata.managedFields?.map(({ time: _, ...fields }) => fields);
  return { ...rest, metadata: { ...metadata, managedFields } };
}

interface Definition {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly versions: readonly { readonly name: string }[];
}

function customKind({ spec }: KubeObject): Kind[] {
  if (!isFields(spec)) return [];
  const { group, scope, names, versions } = spec as unknown as Definition;
  return versions.map(({ name }) => ({
    group,
    version: name,
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === 'Namespaced',
    shortNames: [],
    subresources: ['status'],
  }));
}

/** An object of a kind without content, for objects that the API itself writes. */
export function objectOf(kind: Kind, metadata: KubeObject['metadata']): KubeObject {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
}
