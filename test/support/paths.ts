/** Single values of an object, by their paths; elements of a list go by their name where they have one. */
export function leaves(value: unknown, path = ''): Map<string, unknown> {
  if (Array.isArray(value) && value.length > 0) {
    return merged(value.map((element, index) => leaves(element, `${path}[${nameOf(element) ?? index}]`)));
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    return merged(Object.entries(value).map(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`)));
  }
  return new Map([[path, value]]);
}

/** Paths under which two objects differ, those that only one of them has included. */
export function differingPaths(left: unknown, right: unknown): string[] {
  const [a, b] = [leaves(left), leaves(right)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path)))
    .sort();
}

function merged(maps: readonly Map<string, unknown>[]): Map<string, unknown> {
  return new Map(maps.flatMap((map) => [...map]));
}

function nameOf(element: unknown): string | undefined {
  return isRecord(element) && typeof element.name === 'string' ? element.name : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
