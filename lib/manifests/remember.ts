/** More texts than the manifests of some environments hold, and few enough that they take little memory. */
const mostTexts = 2_000;

/**
 * Remembers what texts read as. The same rule files, expressions and dashboards stand in every environment, and reading
 * them is the larger part of what the rules cost. What is read must not be changed.
 * @param most how many are remembered at a time
 */
export function rememberTexts<T>(read: (text: string) => T, most = mostTexts): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const result = read(text);
    if (known.size >= most) known.clear();
    known.set(text, result);
    return result;
  };
}

/**
 * Remembers what is made of an object that never changes, such as a set of manifests: several rules need the same of it.
 * Further arguments are the same at every call with that object.
 */
export function rememberFor<Key extends object, Rest extends readonly unknown[], T>(
  make: (key: Key, ...rest: Rest) => T,
): (key: Key, ...rest: Rest) => T {
  const known = new WeakMap<Key, { readonly result: T }>();
  return (key, ...rest) => {
    const found = known.get(key);
    if (found !== undefined) return found.result;
    const result = make(key, ...rest);
    known.set(key, { result });
    return result;
  };
}

/** Makes something when it is first asked for, since often it is not. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
