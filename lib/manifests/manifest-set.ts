import { ConfigIndex } from './config-index';
import { externalStatement } from './external-annotation';
import type { LabelSelector } from './label-selector';
import { splitControllerLabels } from './label-selector';
import { Manifest, namespacesMeant, objectsOf } from './manifest';
import { MentionedNames } from './mentioned-names';
import { PodTemplate } from './pod-template';
import type { Assumption } from './unknown-objects';
import { UnknownObjects } from './unknown-objects';

/** Namespaces of the cluster itself, of which a set never has all objects. */
const clusterNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** The objects that are checked together, indexed once for all rules. */
export class ManifestSet {
  readonly objects: readonly Manifest[];
  readonly pods: readonly PodTemplate[];
  readonly keySources: ConfigIndex;
  readonly unknown: UnknownObjects;
  readonly mentioned: MentionedNames;
  private readonly byType: ReadonlyMap<string, readonly Manifest[]>;
  private readonly byNamespace: ReadonlyMap<string, readonly Manifest[]>;
  private readonly byId: ReadonlyMap<string, readonly Manifest[]>;
  private readonly podsByNamespace: ReadonlyMap<string, readonly PodTemplate[]>;
  private readonly podsByLabel: ReadonlyMap<string, readonly PodTemplate[]>;
  private readonly namespaces: ReadonlySet<string>;
  private readonly assumed: ReadonlySet<string>;

  constructor(objects: readonly unknown[], assumed: readonly Assumption[] = []) {
    this.objects = objects.flatMap((object) => objectsOf(object).map(({ value }) => new Manifest(value)));
    const assumptions = [...assumed, ...this.objects.flatMap((object) => externalStatement(object)?.assumptions ?? [])];
    this.pods = this.objects.flatMap((object) => PodTemplate.of(object) ?? []);
    this.keySources = new ConfigIndex(this.objects, assumptions);
    this.unknown = new UnknownObjects(this.objects.filter(({ isOfUnknownKind }) => isOfUnknownKind));
    this.mentioned = new MentionedNames(this.objects, this.pods);
    this.byType = index(this.objects, ({ type }) => [type]);
    this.byNamespace = index(this.objects, ({ type, namespace }) => [`${type}/${namespace}`]);
    this.byId = index(this.objects, ({ type, namespace, name }) => [`${type}/${namespace}/${name}`]);
    this.podsByNamespace = index(this.pods, ({ namespace }) => [namespace]);
    this.podsByLabel = index(this.pods, ({ namespace, labels }) =>
      Object.entries(labels).map(([key, value]) => labelId(namespace, key, value)),
    );
    const named = this.ofType('Namespace').map(({ name }) => name);
    this.namespaces = new Set([...named, ...this.objects.map(({ namespace }) => namespace)]);
    this.assumed = new Set(assumptions.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`));
  }

  ofType(...types: readonly string[]): readonly Manifest[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Names of the objects of a kind in a namespace. */
  namesIn(type: string, namespace: string): readonly string[] {
    return (this.byNamespace.get(`${type}/${namespace}`) ?? []).map(({ name }) => name);
  }

  /** Finds an object by its name. */
  find(type: string, namespace: string, name: string): Manifest | undefined {
    for (const place of namespacesMeant(namespace)) {
      const found = this.byId.get(`${type}/${place}/${name}`);
      if (found !== undefined) return found[0];
    }
    return undefined;
  }

  /** False only if the object is certainly missing: not in the set, not assumed, and no object may create it. */
  has(type: string, namespace: string, name: string): boolean {
    return (
      this.find(type, namespace, name) !== undefined ||
      this.assumed.has(`${type.split('.')[0]}/${namespace}/${name}`) ||
      this.unknown.mayCreate(namespace, [name])
    );
  }

  /** Whether the set has all objects of a namespace. */
  isComplete(namespace: string): boolean {
    return this.namespaces.has(namespace) && !clusterNamespaces.has(namespace);
  }

  podsIn(namespace: string): readonly PodTemplate[] {
    return this.podsByNamespace.get(namespace) ?? [];
  }

  /** The pods of a namespace that a selector selects. */
  select(namespace: string, selector: LabelSelector): readonly PodTemplate[] {
    const { stated, ownerNames } = splitControllerLabels(selector);
    for (const place of namespacesMeant(namespace)) {
      const found = this.candidates(place, stated).filter(
        ({ labels, owner }) => stated.matches(labels) && (ownerNames?.includes(owner.name) ?? true),
      );
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Whether a selector may select pods that no object of the set shows: of the cluster, or of a controller. */
  mayHavePods(namespace: string, selector: LabelSelector): boolean {
    return !this.isComplete(namespace) || this.unknown.mayCreate(namespace, selector.words);
  }

  /** The fewest pods among which all that a selector selects are found. */
  private candidates(namespace: string, { requirements }: LabelSelector): readonly PodTemplate[] {
    let fewest = this.podsIn(namespace);
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const pods = values.flatMap((value) => this.podsByLabel.get(labelId(namespace, key, value)) ?? []);
      if (pods.length < fewest.length) fewest = pods;
    }
    return fewest;
  }
}

/** Message of a dangling reference: the object does not exist, and which ones of its kind do. */
export function missingObjectMessage(set: ManifestSet, type: string, namespace: string, name: string): string {
  const kind = type.split('.')[0];
  const where = namespace === '' ? '' : ` in ${namespace}`;
  return `${kind} ${name} does not exist${where} (there is ${formatList(set.namesIn(type, namespace))})`;
}

const shown = 8;

/** Formats the names that exist, for a message such as `it has app.env, postgres.conf`. */
export function formatList(names: Iterable<string | number>, none = 'none'): string {
  const all = [...new Set(names)];
  if (all.length === 0) return none;
  const rest = all.length > shown ? ` and ${all.length - shown} more` : '';
  return `${all.slice(0, shown).join(', ')}${rest}`;
}

function labelId(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}

function index<T>(elements: readonly T[], keysOf: (element: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const element of elements) {
    for (const key of keysOf(element)) {
      const sameKey = found.get(key);
      if (sameKey) sameKey.push(element);
      else found.set(key, [element]);
    }
  }
  return found;
}
