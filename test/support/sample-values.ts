import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { fieldPaths, valueAt } from './fields';
import { project } from './manifests';

/** Attempts until what is chosen in each field agrees with everything else in the value. */
const mostAttempts = 24;

/** What a sample is made with. */
export interface SampleOptions {
  /** Environments whose values are used, the preferred ones first. */
  readonly environments: readonly object[];
  /** How often each alternative was chosen so far; the rarest one is chosen, and counted here. */
  readonly uses: Map<string, number>;
  /** Paths of fields that get another value than at first, once for each time. */
  readonly refused: readonly string[];
}

/**
 * A value that a schema accepts, made of values in environments and of documented examples. Where there are alternatives (a
 * kind, a word, a truth value, an item in a list or none), the one is chosen that was chosen least.
 * @throws Error that names the field for which no value is known: state an example in its documentation
 */
export function sampleOf(schema: z.ZodType, path: string, options: SampleOptions): unknown {
  const refused = [...options.refused];
  const problems = new Set<string>();
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const value = make(schema, path, { ...options, refused, ...knownValues(options.environments) });
    const { error } = schema.safeParse(value);
    if (error === undefined) return value;
    for (const issue of error.issues) {
      const place = [path, ...issue.path].join('.');
      refused.push(place);
      problems.add(`${place}: ${issue.message}`);
    }
  }
  throw new Error(`no sample is accepted:\n${[...problems].join('\n')}`);
}

/** Values by the path of their field, and by its name: the nearest first. */
interface Known {
  readonly byPath: ReadonlyMap<string, readonly unknown[]>;
  readonly byName: ReadonlyMap<string, readonly unknown[]>;
  /** Every text and number. */
  readonly scalars: readonly unknown[];
}

/** What is chosen with. */
type Chooser = Known & Pick<SampleOptions, 'uses' | 'refused'>;

/** The alternative that was chosen least, or one of the next for a field that was refused. */
function choose<T>(all: readonly T[], path: string, { uses, refused }: Chooser): T {
  const key = (index: number) => `${path} ${index}`;
  const used = (index: number) => uses.get(key(index)) ?? 0;
  const byUse = all.map((_, index) => index).sort((one, other) => used(one) - used(other) || one - other);
  const index = byUse[timesIn(refused, path) % all.length] ?? 0;
  uses.set(key(index), used(index) + 1);
  return all[index] as T;
}

function make(schema: z.ZodType, path: string, chooser: Chooser): unknown {
  if (schema instanceof z.ZodReadonly) return make(schema.unwrap() as z.ZodType, path, chooser);
  if (schema instanceof z.ZodOptional) return undefined;
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodEnum) return choose(schema.options, path, chooser);
  if (schema instanceof z.ZodBoolean) return choose([false, true], path, chooser);
  if (schema instanceof z.ZodUnion && schema.options.every((option) => option instanceof z.ZodObject)) {
    return make(choose<z.ZodType>(schema.options, path, chooser), path, chooser);
  }
  if (schema instanceof z.ZodObject && hasChoice(schema)) return makeFields(schema, path, chooser);
  if (schema instanceof z.ZodArray && choose([false, true], path, chooser)) return makeItem(schema, path, chooser);
  const found = [...new Set([...candidates(path, chooser), ...literalsIn(schema)])].filter(
    (value) => schema.safeParse(value).success,
  );
  if (found.length > 0) return found[timesIn(chooser.refused, path) % found.length];
  if (schema instanceof z.ZodArray) return makeItem(schema, path, chooser);
  if (schema instanceof z.ZodObject) return makeFields(schema, path, chooser);
  throw new Error(`${path}: no value is known; state an example in its documentation ("such as \`…\`")`);
}

/** The words that stand for a value of another form: `none` instead of a host. */
function literalsIn(schema: z.ZodType): unknown[] {
  if (!(schema instanceof z.ZodUnion)) return [];
  return schema.options.flatMap((option) => (option instanceof z.ZodLiteral ? [option.value] : []));
}

function makeItem(schema: z.ZodArray, path: string, chooser: Chooser): unknown[] {
  return [make(schema.element as z.ZodType, `${path}.0`, chooser)];
}

function makeFields(schema: z.ZodObject, path: string, chooser: Chooser): object {
  const fields = Object.entries(schema.shape).map(
    ([name, field]) => [name, make(field as z.ZodType, `${path}.${name}`, chooser)] as const,
  );
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** Whether there are several ways to state something in a value, other than its figures and texts. */
function hasChoice(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodReadonly) return hasChoice(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodObject) return Object.values(schema.shape).some((field) => hasChoice(field as z.ZodType));
  return [z.ZodLiteral, z.ZodEnum, z.ZodBoolean, z.ZodUnion, z.ZodArray].some((kind) => schema instanceof kind);
}

function timesIn(paths: readonly string[], path: string): number {
  return paths.filter((each) => each === path || each === `${path}.kind`).length;
}

/** The example of a list of texts is one of them. A list that is empty everywhere may have what another field has. */
function candidates(path: string, known: Known): readonly unknown[] {
  if (path.endsWith('.0')) return [...candidates(path.slice(0, -2), known).flat(), ...known.scalars];
  const { byPath, byName } = known;
  return [...(byPath.get(path) ?? []), ...(byName.get(path.split('.').at(-1) ?? '') ?? [])];
}

const remembered = new WeakMap<readonly object[], Known>();

function knownValues(environments: readonly object[]): Known {
  const found = remembered.get(environments) ?? collect(environments);
  remembered.set(environments, found);
  return found;
}

function collect(environments: readonly object[]): Known {
  const values = environments.flatMap((environment) =>
    fieldPaths(environment).map((path) => [path, valueAt(environment, path)] as const),
  );
  const all = [...values, ...documentedExamples()];
  return {
    byPath: grouped(all),
    byName: grouped(all.map(([path, value]) => [path.split('.').at(-1) ?? '', value])),
    scalars: all.flatMap(([, value]) => (typeof value === 'object' ? [] : [value])),
  };
}

function grouped(entries: readonly (readonly [string, unknown])[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const [key, value] of entries) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

/** The examples of docs/environments.md: path -> value, several for a path where kinds differ. */
function documentedExamples(): (readonly [string, unknown])[] {
  const text = readFileSync(join(project, 'docs/environments.md'), 'utf8');
  return text.split(/^## /m).flatMap((section) => {
    const places = [...(/^At (.+?)(?: with `kind.*)?\.$/m.exec(section)?.[1] ?? '').matchAll(/`([^`]+)`/g)];
    const rows = [...section.matchAll(/^\| `(\w+)\??` \|.*\| `([^`]+)` \|$/gm)];
    return places.flatMap(([, place = '']) =>
      rows.map(([, name = '', example = '']) => [`${place}.${name}`, parse(example.replaceAll('\\|', '|'))] as const),
    );
  });
}
