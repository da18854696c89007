/**
 * Lists that are merged element by element, by the fields that identify their elements; every other list is one value.
 * The real API has this in its types; these are the lists of the kinds that tests write.
 */
const keys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
  conditions: ['type'],
  'containers.ports': ['containerPort', 'protocol'],
  'initContainers.ports': ['containerPort', 'protocol'],
  'spec.ports': ['port', 'protocol'],
};

/** Values of merge keys that an element may leave out. */
const defaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** Merge keys of the list at a path of field names; undefined if the list is replaced as a whole. */
export function mergeKeysOf(path: readonly string[]): readonly string[] | undefined {
  return keys[path.slice(-2).join('.')] ?? keys[path.at(-1) ?? ''];
}

/** Identifies an element of such a list by its values of the merge keys. */
export function identityOf(element: Readonly<Record<string, unknown>>, mergeKeys: readonly string[]): string {
  const entries = mergeKeys.map((key) => [key, element[key] ?? defaults[key]]);
  return JSON.stringify(Object.fromEntries(entries));
}
