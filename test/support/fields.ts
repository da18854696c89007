import * as z from 'zod';

/** Paths of every field of a value, those of its objects and lists included: `ingress`, `ingress.className`. */
export function fieldPaths(value: unknown, path: readonly string[] = []): string[] {
  const own = path.length === 0 ? [] : [path.join('.')];
  if (typeof value !== 'object' || value === null) return own;
  // A key with a dot, as labels have, would be read as two.
  const fields = Object.entries(value).filter(([key]) => !key.includes('.'));
  return [...own, ...fields.flatMap(([key, inner]) => fieldPaths(inner, [...path, key]))];
}

/** Whether a path leads to an item of a list or an entry of a record with free keys, by the schemas on the way to it. */
export function isEntry(schema: z.ZodType, path: string): boolean {
  const parents = schemasAt(schema, path.split('.').slice(0, -1));
  return parents.some((each) => each instanceof z.ZodArray || each instanceof z.ZodRecord);
}

/** The schemas that a value at a path may have. `<name>` is any key. */
export function schemasAt(schema: z.ZodType, path: readonly string[]): z.ZodType[] {
  return path.reduce((found, key) => found.flatMap((each) => below(each, key)), forms(schema));
}

function below(schema: z.ZodType, key: string): z.ZodType[] {
  if (schema instanceof z.ZodArray) return forms(schema.element as z.ZodType);
  if (schema instanceof z.ZodRecord) return forms(schema.valueType as z.ZodType);
  const shape = schema instanceof z.ZodObject ? schema.shape : {};
  const field = key === '<name>' ? Object.values(shape)[0] : shape[key];
  return field === undefined ? [] : forms(field);
}

/** The forms that a value may have. */
function forms(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodOptional) return forms(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => forms(option as z.ZodType));
  return [schema];
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
