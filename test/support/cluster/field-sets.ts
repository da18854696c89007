import { identityOf, mergeKeysOf } from './merge-keys';
import { type Fields, isFields } from './objects';

/**
 * Fields of an object as a set: a path is its steps, each as managed fields write it: `f:name`, or `k:{…}` for an element
 * of a list that is merged; the step `.` stands for the element itself.
 */
export type FieldSet = ReadonlySet<string>;

const separator = '\u0000';

/** A selector is a single value to an apply, which replaces all of it (`x-kubernetes-map-type: atomic`). */
export const selectorPath = ['f:spec', 'f:selector'].join(separator);

/** Fields without an owner: the API writes them itself. */
const unowned = [
  'f:apiVersion',
  'f:kind',
  'f:metadata/f:name',
  'f:metadata/f:namespace',
  'f:metadata/f:uid',
  'f:metadata/f:resourceVersion',
  'f:metadata/f:generation',
  'f:metadata/f:creationTimestamp',
  'f:metadata/f:deletionTimestamp',
  'f:metadata/f:generateName',
  'f:metadata/f:managedFields',
].map((path) => path.split('/').join(separator));

/** Single values of an object by their paths. */
export function fieldValues(object: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  collect(object, [], '', found);
  for (const path of unowned) found.delete(path);
  return found;
}

function collect(value: unknown, names: readonly string[], path: string, found: Map<string, unknown>) {
  if (isFields(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value))
      collect(inner, [...names, name], below(path, `f:${name}`), found);
    return;
  }
  const keys = Array.isArray(value) ? mergeKeysOf(names) : undefined;
  if (Array.isArray(value) && keys && value.every(isFields) && names.at(-1) !== 'managedFields') {
    for (const element of value) {
      const identity = identityOf(element, keys);
      const place = below(path, `k:${identity}`);
      found.set(below(place, '.'), identity);
      collect(element, names, place, found);
    }
  } else found.set(path, value);
}

function below(path: string, step: string): string {
  return path === '' ? step : `${path}${separator}${step}`;
}

/** A set as `fieldsV1` of the managed fields. */
export function toFieldsV1(set: FieldSet): Fields {
  const root: Record<string, unknown> = {};
  for (const path of set) {
    let at = root;
    for (const step of path.split(separator)) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
    }
  }
  return root;
}

/** `fieldsV1` as a set. */
export function fromFieldsV1(fields: Fields, path = '', found = new Set<string>()): Set<string> {
  for (const [step, inner] of Object.entries(fields)) {
    const place = below(path, step);
    if (isFields(inner) && Object.keys(inner).length > 0) fromFieldsV1(inner, place, found);
    else found.add(place);
  }
  return found;
}

/** A path as conflicts name it: `.spec.template.spec.containers[name="app"].image`. */
export function fieldName(path: string): string {
  return path
    .split(separator)
    .filter((step) => step !== '.')
    .map((step) => (step.startsWith('k:') ? elementName(step.slice(2)) : `.${step.slice(2)}`))
    .join('');
}

function elementName(identity: string): string {
  const entries = Object.entries(JSON.parse(identity) as Fields);
  return `[${entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}

/** The object without what is at a path; what becomes empty by that stays. */
export function withoutField(object: unknown, path: string): unknown {
  return removed(object, path.split(separator), []);
}

function removed(value: unknown, [step = '', ...rest]: readonly string[], names: readonly string[]): unknown {
  if (step.startsWith('f:')) {
    const name = step.slice(2);
    if (!isFields(value) || !(name in value)) return value;
    if (rest.length > 0) return { ...value, [name]: removed(value[name], rest, [...names, name]) };
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  }
  const keys = mergeKeysOf(names);
  if (!Array.isArray(value) || !keys) return value;
  const matches = (element: Fields) => `k:${identityOf(element, keys)}` === step;
  if (rest[0] === '.') return value.filter((element) => !matches(element));
  return value.map((element) => (matches(element) ? removed(element, rest, names) : element));
}
