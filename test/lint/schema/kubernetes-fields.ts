/** What this reads of one definition in the OpenAPI specification of Kubernetes. */
export interface Definition {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly items?: Definition;
  readonly additionalProperties?: Definition;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

export type Definitions = Readonly<Record<string, Definition>>;

/** Types that OpenAPI cannot describe, by the letter that the table has for them. */
const special: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'p',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 's',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 's',
};

const scalars: Readonly<Record<string, string>> = { string: 's', integer: 'i', number: 'n', boolean: 'b' };

/** Fields that OpenAPI says are required, but that the API server fills in or takes as zero or empty. */
const defaulted = new Set([
  'RoleRef.apiGroup',
  'PriorityClass.value',
  'ControllerRevision.revision',
  'CustomResourceDefinitionVersion.served',
  'CustomResourceDefinitionVersion.storage',
  'HTTPHeader.value',
  'LimitRangeSpec.limits',
  'ISCSIVolumeSource.lun',
  'ISCSIPersistentVolumeSource.lun',
  'SleepAction.seconds',
  'Sysctl.value',
]);

/** Fields that the API server requires although OpenAPI does not say so. */
const demanded = new Set(['core.v1.Container.image']);

/** Fields that are not checked: `namespace: no` is a boolean to kubectl, and the name of a namespace to Kustomize. */
const unchecked = new Set(['meta.v1.ObjectMeta.namespace']);

/** Kinds of requests and responses, which are never applied. */
const notApplied =
  /List$|^(DeleteOptions|WatchEvent|APIGroup|APIVersions|Status|Scale|Binding|Eviction|.*Review|TokenRequest)$/;

/** The part of the versions that a field or kind is in: `@29` since 1.29, `@27-31` until 1.31, nothing for all. */
function range(minors: readonly number[], all: readonly number[]): string {
  const [since, until] = [minors[0], minors.at(-1)];
  if (until !== all.at(-1)) return `@${since}-${until}`;
  return since === all[0] ? '' : `@${since}`;
}

/**
 * Makes the table `lib/lint/schema/kubernetes-fields.json`: which fields each kind of Kubernetes has, of which type,
 * and in which of the versions.
 * @param versions definitions by minor version, from `api/openapi-spec/swagger.json` of kubernetes/kubernetes
 */
export function kubernetesFields(versions: ReadonlyMap<number, Definitions>): object {
  const all = [...versions.keys()].sort((a, b) => a - b);
  const latest = new Map<string, Definition>();
  const fields = new Map<string, Map<string, Map<string, number[]>>>();
  const kinds = new Map<string, { type: string; minors: number[] }>();
  for (const minor of all) {
    for (const [id, definition] of Object.entries(versions.get(minor) ?? {})) {
      const type = nameOf(id);
      latest.set(type, definition);
      for (const [field, property] of Object.entries(definition.properties ?? {})) {
        const types = entry(
          entry(fields, type, () => new Map()),
          field,
          () => new Map<string, number[]>(),
        );
        const isStatus = field === 'status' && definition['x-kubernetes-group-version-kind'] !== undefined;
        const isUnchecked = isStatus || unchecked.has(`${type}.${field}`);
        entry(types, isUnchecked ? 'x' : typeOf(property), () => [] as number[]).push(minor);
      }
      for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
        if (notApplied.test(kind)) continue;
        entry(kinds, `${group === '' ? '' : `${group}/`}${version} ${kind}`, () => ({ type, minors: [] })).minors.push(
          minor,
        );
      }
    }
  }
  const isRequired = (type: string, field: string) =>
    demanded.has(`${type}.${field}`) ||
    ((latest.get(type)?.required?.includes(field) ?? false) &&
      all.every((minor) => isRequiredIn(versions.get(minor) ?? {}, type, field)) &&
      !defaulted.has(`${type.split('.').at(-1)}.${field}`));
  const describe = (type: string) =>
    [...(fields.get(type) ?? [])]
      .map(([field, types]) => {
        const stated = [...types].map(([name, minors]) => `${name}${range(minors, all)}`);
        return `${field}${isRequired(type, field) ? '!' : ''}:${stated.join('|')}`;
      })
      .sort()
      .join(' ');
  const used = reachable(
    [...kinds.values()].map(({ type }) => type),
    fields,
  );
  return {
    versions: [all[0], all.at(-1)],
    kinds: sorted([...kinds].map(([id, { type, minors }]) => [id, `${type}${range(minors, all)}`])),
    types: sorted([...used].map((type) => [type, describe(type)])),
  };
}

function isRequiredIn(definitions: Definitions, type: string, field: string): boolean {
  const id = Object.keys(definitions).find((each) => nameOf(each) === type);
  const definition = id === undefined ? undefined : definitions[id];
  return definition?.properties?.[field] === undefined || (definition.required?.includes(field) ?? false);
}

/** `io.k8s.api.core.v1.Probe` -> `core.v1.Probe` */
function nameOf(id: string): string {
  return id.replace(/^io\.k8s\.(api|apimachinery|apiextensions-apiserver|kube-aggregator)\.(pkg\.(apis\.)?)?/, '');
}

function typeOf({ $ref, type, format, items, additionalProperties, properties }: Definition): string {
  if ($ref !== undefined) {
    const id = $ref.replace('#/definitions/', '');
    return special[id] ?? nameOf(id);
  }
  if (type === 'array') return `[]${items === undefined ? 'x' : typeOf(items)}`;
  if (additionalProperties !== undefined) return `{}${typeOf(additionalProperties)}`;
  if (properties !== undefined) throw new Error('an object within an object has no name');
  return format === 'byte' ? 'y' : (scalars[type ?? ''] ?? 'x');
}

/** The types that objects of some types consist of. */
function reachable(
  types: readonly string[],
  fields: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, unknown>>>,
): Set<string> {
  const found = new Set<string>();
  const visit = (type: string) => {
    const own = fields.get(type);
    if (own === undefined || found.has(type)) return;
    found.add(type);
    for (const alternatives of own.values())
      for (const each of alternatives.keys()) visit(each.replace(/^(\[\]|\{\})+/, ''));
  };
  types.forEach(visit);
  return found;
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

function sorted(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
