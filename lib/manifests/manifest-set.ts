import { ConfigIndex } from './config-index';
import { readExternalStatement } from './external-annotation';
import { groupBy } from './group-by';
import { LabelIndex, type LabelSelector, splitControllerLabels } from './label-selector';
import { type Manifest, namespacesMeant } from './manifest';
import { ObjectSet } from './object-set';
import { expandManifests, findOperatorsOfLabel, isOfOperator } from './operators/made-objects';
import { type Container, PodTemplate } from './pod-template';
import { ProgramRights } from './program-rights';
import { lazily } from './remember';
import { type Assumption, MentionedNames, UnknownObjects } from './unknown-objects';

const clusterNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** What is known of a set in addition to its objects. */
export interface SetOrigin {
  /**
   * Whether the objects are the input of kustomize, which adds names, namespaces, labels and whole objects.
   * @default - if there is a Kustomization among the objects
   */
  readonly isKustomizeInput?: boolean;
  /**
   * The file that an object was read from, if that is known.
   * @default - no file is known
   */
  readonly fileOf?: (object: unknown) => string | undefined;
}

/** The objects that are checked together, indexed once for all rules. */
export class ManifestSet extends ObjectSet {
  readonly containers: readonly Container[];
  /** Whether kustomize completes the objects: what is missing may come from it. */
  readonly isKustomizeInput: boolean;
  private readonly assumptions: readonly Assumption[];
  private readonly byNamespace: ReadonlyMap<string, readonly Manifest[]>;
  private readonly byId: ReadonlyMap<string, readonly Manifest[]>;
  private readonly podsByNamespace: ReadonlyMap<string, readonly PodTemplate[]>;
  private readonly madeById: ReadonlyMap<string, readonly Manifest[]>;
  /** Pods of the set, and those that operators make. */
  private readonly selectablePods: LabelIndex<PodTemplate>;
  /** Pods of the set, whatever their namespace. */
  private readonly podsAnywhere: LabelIndex<PodTemplate>;
  /** Services of the set, and those that operators make. */
  private readonly selectableServices: LabelIndex<Manifest>;
  /** Namespaces in which an operator makes a Service whose labels are not known. */
  private readonly unlabelledServices: ReadonlySet<string>;
  /** Namespaces in which an operator makes pods; empty for any. */
  private readonly operatorNamespaces: ReadonlySet<string>;
  /** Namespaces that state an object for which an operator makes pods right there. */
  private readonly ownOperatorNamespaces: ReadonlySet<string>;
  private readonly namespaces: ReadonlySet<string>;
  private readonly assumed: ReadonlySet<string>;

  constructor(
    objects: readonly unknown[],
    assumed: readonly Assumption[] = [],
    private readonly origin: SetOrigin = {},
  ) {
    super(objects);
    this.assumptions = [
      ...assumed,
      ...this.objects.flatMap((object) => readExternalStatement(object)?.assumptions ?? []),
    ];
    this.containers = this.pods.flatMap(({ allContainers }) => allContainers);
    const made = this.objects.flatMap(expandManifests);
    this.isKustomizeInput = origin.isKustomizeInput || this.ofType('Kustomization.kustomize.config.k8s.io').length > 0;
    this.byNamespace = groupBy([...this.objects, ...made], ({ type, namespace }) => `${type}/${namespace}`);
    this.byId = groupBy(this.objects, (object) => idOf(object));
    this.madeById = groupBy(made, (object) => numberless(idOf(object)));
    this.podsByNamespace = groupBy(this.pods, ({ namespace }) => namespace);
    const madePods = this.objects.flatMap((object) => PodTemplate.madeFor(object));
    this.selectablePods = new LabelIndex([
      ...this.pods.map((pod) => ({ element: pod, namespace: pod.namespace, labels: pod.labels })),
      ...madePods.map(({ pod, isAnywhere }) => {
        return { element: pod, namespace: isAnywhere ? '' : pod.namespace, labels: pod.labels };
      }),
    ]);
    this.podsAnywhere = new LabelIndex(this.pods.map((pod) => ({ element: pod, namespace: '', labels: pod.labels })));
    this.operatorNamespaces = new Set(madePods.map(({ pod, isAnywhere }) => (isAnywhere ? '' : pod.namespace)));
    this.ownOperatorNamespaces = new Set(madePods.flatMap(({ pod, isAnywhere }) => (isAnywhere ? [] : pod.namespace)));
    const madeServices = made.filter(({ type }) => type === 'Service');
    this.selectableServices = new LabelIndex(
      [...this.ofType('Service'), ...madeServices].map((service) => {
        return { element: service, namespace: service.namespace, labels: service.labels };
      }),
    );
    this.unlabelledServices = new Set(
      madeServices.filter(({ labels }) => Object.keys(labels).length === 0).map(({ namespace }) => namespace),
    );
    const named = this.ofType('Namespace').map(({ name }) => name);
    this.namespaces = new Set([...named, ...this.objects.map(({ namespace }) => namespace)]);
    this.assumed = new Set(this.assumptions.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`));
  }

  /** Every ConfigMap and Secret with its keys. This and the other indexes are made when one of their rules runs. */
  get keySources(): ConfigIndex {
    return this.makeKeySources();
  }
  private readonly makeKeySources = lazily(() => new ConfigIndex(this.objects, this.assumptions));

  get unknown(): UnknownObjects {
    return this.makeUnknown();
  }
  private readonly makeUnknown = lazily(() => new UnknownObjects(this.objects));

  get mentioned(): MentionedNames {
    return this.makeMentioned();
  }
  private readonly makeMentioned = lazily(() => new MentionedNames(this.objects, this.pods));

  get programRights(): ProgramRights {
    return this.makeProgramRights();
  }
  private readonly makeProgramRights = lazily(() => new ProgramRights(this.objects, this.pods));

  /** The objects of a kind in a namespace, with those that operators make. */
  inNamespace(type: string, namespace: string): readonly Manifest[] {
    return this.byNamespace.get(`${type}/${namespace}`) ?? [];
  }

  /** Names of the objects of a kind in a namespace. */
  namesIn(type: string, namespace: string): readonly string[] {
    return this.inNamespace(type, namespace).map(({ name }) => name);
  }

  /** Finds an object by its name, or one that an operator makes, of which not all is known. */
  find(type: string, namespace: string, name: string): Manifest | undefined {
    for (const place of namespacesMeant(namespace)) {
      const id = `${type}/${place}/${name}`;
      const found = this.byId.get(id) ?? this.madeById.get(numberless(id));
      if (found !== undefined) return found[0];
    }
    return undefined;
  }

  /** False only if the object is certainly missing: not in the set, not assumed, and no object may create it. */
  has(type: string, namespace: string, name: string): boolean {
    return (
      this.find(type, namespace, name) !== undefined ||
      this.assumed.has(`${type.split('.')[0]}/${namespace}/${name}`) ||
      this.isKustomizeInput ||
      (isOfOperator(type) || type === 'Secret' || type === 'ConfigMap'
        ? this.unknown.mayCreateListed(namespace, name)
        : this.unknown.mayCreate(namespace, [name]))
    );
  }

  /** Every namespace of which the set has objects; empty for objects that state none. */
  get namespaceNames(): readonly string[] {
    return [...this.namespaces];
  }

  /** Whether the set has all objects of a namespace. */
  isComplete(namespace: string): boolean {
    return !this.isKustomizeInput && this.namespaces.has(namespace) && !isOfCluster(namespace);
  }

  /** The file that an object was read from, if that is known. */
  fileOf({ value }: Manifest): string | undefined {
    return this.origin.fileOf?.(value);
  }

  podsIn(namespace: string): readonly PodTemplate[] {
    return this.podsByNamespace.get(namespace) ?? [];
  }

  /** The pods of a namespace that a selector selects. */
  select(namespace: string, selector: LabelSelector): readonly PodTemplate[] {
    const { stated, ownerNames } = splitControllerLabels(selector);
    for (const place of namespacesMeant(namespace)) {
      const found = this.selectablePods.select(place, stated);
      const ofOwners = ownerNames === undefined ? found : found.filter(({ owner }) => ownerNames.includes(owner.name));
      if (ofOwners.length > 0) return ofOwners;
    }
    return [];
  }

  /** The Services of a namespace whose own labels a selector selects, with those that operators make. */
  selectServices(namespace: string, selector: LabelSelector): readonly Manifest[] {
    for (const place of namespacesMeant(namespace)) {
      const found = this.selectableServices.select(place, selector);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Whether an operator makes pods in a namespace, of which the set has no template. */
  hasPodsOfOperators(namespace: string): boolean {
    return this.operatorNamespaces.has(namespace) || this.operatorNamespaces.has('');
  }

  /** Whether an operator makes a Service in a namespace whose labels are not known. */
  hasServicesOfUnknownLabels(namespace: string): boolean {
    return this.unlabelledServices.has(namespace);
  }

  /** Whether a selector may select pods that no object of the set shows: of the cluster, or of a controller. */
  mayHavePods(namespace: string, selector: LabelSelector): boolean {
    return (
      !this.isComplete(namespace) ||
      this.programRights.mayCreatePodsIn(namespace) ||
      (this.hasNoPods(namespace) && this.podsAnywhere.select('', selector).length === 0) ||
      this.unknown.mayCreate(namespace, selector.words) ||
      selector.requirements.some(({ key }) => this.mayLabelPods(namespace, key))
    );
  }

  /** Whether a namespace has no pod here: then they are stated elsewhere. */
  private hasNoPods(namespace: string): boolean {
    return (
      !this.ownOperatorNamespaces.has(namespace) &&
      namespacesMeant(namespace).every((place) => this.podsIn(place).length === 0)
    );
  }

  /** Whether a label is an operator's of which the namespace has no object here: it may have some elsewhere. */
  private mayLabelPods(namespace: string, label: string): boolean {
    const types = findOperatorsOfLabel(label);
    return types.length > 0 && types.every((type) => (this.byNamespace.get(`${type}/${namespace}`) ?? []).length === 0);
  }
}

/** Whether a namespace is the cluster's own, of which a set never has all objects. */
export function isOfCluster(namespace: string): boolean {
  return clusterNamespaces.has(namespace);
}

/** Message of a dangling reference: the object does not exist, and which ones of its kind do. */
export function formatMissingObject(set: ManifestSet, type: string, namespace: string, name: string): string {
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

function idOf({ type, namespace, name }: Manifest): string {
  return `${type}/${namespace}/${name}`;
}

/** Names of which one part is a number are those of a pod's own objects: `data-web-0`. */
function numberless(id: string): string {
  return id.replace(/(?<=-)\d+(?=-|$)/g, '#');
}
