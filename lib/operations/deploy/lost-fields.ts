type Fields = Readonly<Record<string, unknown>>;

/** Fields by which the API tells elements of a list apart. A list whose elements have none of them is one value to it. */
const keys = ['mountPath', 'topologyKey', 'name'] as const;

/**
 * Paths of what one version of an object says and the next says no longer: `spec.containers[api].env[DEBUG]`. Values that
 * are others now are not among them.
 */
export function lostFields(before: unknown, after: unknown, path = ''): string[] {
  const [old, next] = [childrenOf(before, path), childrenOf(after, path)];
  if (!old || !next) return [];
  return [...old].flatMap(([place, value]) => (next.has(place) ? lostFields(value, next.get(place), place) : [place]));
}

/** What is in an object or a list, by its path; nothing where a value has no parts of its own. */
function childrenOf(value: unknown, path: string): Map<string, unknown> | undefined {
  if (Array.isArray(value)) return elementsOf(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child]));
}

function elementsOf(list: readonly unknown[], path: string): Map<string, unknown> | undefined {
  const named = list.map((element) => [`${path}[${nameOf(element)}]`, element] as const);
  return list.every((element) => nameOf(element) !== undefined) ? new Map(named) : undefined;
}

function nameOf(element: unknown): unknown {
  if (typeof element !== 'object' || element === null) return undefined;
  const key = keys.find((candidate) => (element as Fields)[candidate] !== undefined);
  return key && (element as Fields)[key];
}
