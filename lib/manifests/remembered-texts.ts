/** More texts than the manifests of some environments hold, and few enough that they take little memory. */
const most = 2_000;

/**
 * Remembers what texts read as. The same rule files, expressions and dashboards stand in every environment, and reading
 * them is the larger part of what the rules cost. What is read must not be changed.
 */
export function rememberTexts<T>(read: (text: string) => T): (text: string) => T {
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
