/** A copy of a value in which another stands at a path; `undefined` takes away what is there. */
export function changed<T>(value: T, path: string, replacement: unknown): T {
  const copy = structuredClone(value);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((at, key) => member(at, key), copy);
  if (replacement === undefined) Reflect.deleteProperty(Object(parent), last);
  else Reflect.set(Object(parent), last, replacement);
  return copy;
}

function member(value: unknown, key: string): unknown {
  const found: unknown = Reflect.get(Object(value), key);
  if (found === undefined) throw new Error(`there is nothing at ${key}`);
  return found;
}
