import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Defaults that the API server adds to items of lists in custom objects. A list is applied as a whole, so that a default that is
 * not stated is a difference each time. `list-defaults.json` holds their paths by version and kind, in which `[]` stands for the
 * items of a list and `{}` for the values of a map. It is written from definitions in JSON:
 *
 *     npx ts-node test/support/list-defaults.ts podmonitors.monitoring.coreos.com.json …
 */
const file = join(__dirname, 'list-defaults.json');
const listDefaults: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(file, 'utf8'));

/** Every place in a list where a default of the object's definition is missing; none if the definition is not known. */
export function missingListDefaults(object: unknown): string[] {
  const { apiVersion, kind } = Object(object);
  const paths = listDefaults[`${apiVersion} ${kind}`] ?? [];
  return paths.flatMap((path) => missingAt(object, path.split('.'), []));
}

function missingAt(value: unknown, [step = '', ...rest]: readonly string[], at: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const [, name = '', nested = ''] = /^([^[{]*)(.*)$/.exec(step) ?? [];
  const inner: unknown = Reflect.get(value, name);
  const place = [...at, name];
  if (inner === undefined) {
    return rest.length === 0 && nested === '' ? [`${place.join('.')}: not stated, so its default is added`] : [];
  }
  if (rest.length === 0) return [];
  return below(inner, nested.match(/\[\]|\{\}/g)?.length ?? 0, place).flatMap(([part, path]) =>
    missingAt(part, rest, path),
  );
}

/** The values in lists and maps, as many levels below. */
function below(value: unknown, levels: number, at: readonly string[]): (readonly [unknown, readonly string[]])[] {
  if (levels === 0) return [[value, at]];
  return Object.entries(Object(value)).flatMap(([key, part]) => below(part, levels - 1, [...at, key]));
}

/** As much of an OpenAPI schema as defaults are found in. */
interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

function defaultsIn(schema: Schema, path: string, isInList: boolean): string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const place = path === '' ? name : `${path}.${name}`;
    // A reference to an object is of no use without a name, and each of them has the empty one by default.
    const isName = name === 'name' && field.default === '';
    const own = isInList && field.default !== undefined && !isName ? [place] : [];
    return [...own, ...defaultsIn(field, place, isInList)];
  });
  const values = schema.additionalProperties;
  return [
    ...fields,
    ...(schema.items === undefined ? [] : defaultsIn(schema.items, `${path}[]`, true)),
    ...(typeof values === 'object' ? defaultsIn(values, `${path}{}`, isInList) : []),
  ];
}

function writeListDefaults(definitions: readonly string[]): void {
  const found = definitions.flatMap((path) => {
    const { spec } = JSON.parse(readFileSync(path, 'utf8'));
    return spec.versions.map(({ name, schema }: { name: string; schema: { openAPIV3Schema: Schema } }) => {
      const { spec: own = {} } = schema.openAPIV3Schema.properties ?? {};
      return [`${spec.group}/${name} ${spec.names.kind}`, defaultsIn({ properties: { spec: own } }, '', false)];
    });
  });
  const all = Object.entries({ ...listDefaults, ...Object.fromEntries(found) });
  const sorted = all.filter(([, paths]) => paths.length > 0).sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`);
}

if (require.main === module) writeListDefaults(process.argv.slice(2));
