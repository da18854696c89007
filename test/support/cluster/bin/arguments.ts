/** The words and options of a command line: `--name=value`, `--name value`, `-n value`. */
export interface Arguments {
  readonly words: readonly string[];
  /** Values of an option, in their order; an option without a value has the value `true`. */
  all(name: string): readonly string[];
  one(name: string): string | undefined;
  has(name: string): boolean;
  /** What stands behind `--`. */
  readonly rest: readonly string[];
}

/** Full names of short options. */
const long: Readonly<Record<string, string>> = {
  n: 'namespace',
  o: 'output',
  l: 'selector',
  f: 'filename',
  c: 'container',
  i: 'install',
  p: 'patch',
  A: 'all-namespaces',
};

/** Reads a command line; who is not among the switches takes a value. */
export function readArguments(args: readonly string[], switches: readonly string[]): Arguments {
  const options = new Map<string, string[]>();
  const words: string[] = [];
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  for (let index = 0; index < end; index += 1) {
    const arg = args[index] ?? '';
    const [, name, value] = /^--?([a-zA-Z][^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (name === undefined) {
      words.push(arg);
      continue;
    }
    const option = long[name] ?? name;
    const given = value ?? (switches.includes(option) ? 'true' : (args[++index] ?? ''));
    options.set(option, [...(options.get(option) ?? []), given]);
  }
  const all = (name: string) => options.get(name) ?? [];
  const one = (name: string) => all(name).at(-1);
  return { words, all, one, has: (name) => (one(name) ?? 'false') !== 'false', rest: args.slice(end + 1) };
}
