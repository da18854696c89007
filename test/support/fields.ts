/** Paths of every field of a value, those of its objects and lists included: `ingress`, `ingress.className`. */
export function fieldPaths(value: unknown, path: readonly string[] = []): string[] {
  const own = path.length === 0 ? [] : [path.join('.')];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => fieldPaths(inner, [...path, key]))];
}

/** The value at a path. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => Reflect.get(Object(at), key), value);
}

/** Values of other types than that of a value, each of which has to be refused in its place. */
export function wrongTypes(value: unknown): unknown[] {
  return ['text', 1.5, true, null, [], {}].filter((sample) => typeOf(sample) !== typeOf(value));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
