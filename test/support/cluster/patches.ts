import { badRequest } from './api-error';
import { identityOf, mergeKeysOf } from './merge-keys';
import { type Fields, isFields } from './objects';

/** RFC 7386: fields replace fields, null removes. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** RFC 6902, as far as kubectl and Helm use it: add, replace, remove and test. */
export function jsonPatch(target: unknown, operations: readonly Operation[]): unknown {
  const result: unknown = structuredClone(target);
  for (const { op, path, value } of operations) {
    const steps = path.split('/').slice(1).map(unescaped);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], result);
    if (typeof parent !== 'object' || parent === null) throw badRequest(`${op} ${path}: there is no such place`);
    change(parent as Record<string, unknown>, { op, path: last, value });
  }
  return result;
}

function change(parent: Record<string, unknown> | unknown[], { op, path, value }: Operation): void {
  if (Array.isArray(parent)) {
    const index = path === '-' ? parent.length : Number(path);
    parent.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
  } else if (op === 'remove') delete parent[path];
  else if (op === 'test' && JSON.stringify(parent[path]) !== JSON.stringify(value)) throw badRequest('test failed');
  else parent[path] = value;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Directives of a strategic merge patch: what they are about follows the slash. */
const directive = /^\$(setElementOrder|deleteFromPrimitiveList)\/|^\$(patch|retainKeys)$/;

/** What client-side apply and Helm 3 send: a merge patch that knows which lists are merged by a key. */
export function strategicMerge(target: unknown, patch: unknown, path: readonly string[] = []): unknown {
  if (!isFields(patch)) return patch;
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  const result: Record<string, unknown> = isFields(target) ? { ...target } : {};
  const retained = patch.$retainKeys;
  if (Array.isArray(retained)) {
    for (const name of Object.keys(result)) if (!retained.includes(name)) delete result[name];
  }
  for (const [name, value] of Object.entries(patch)) {
    if (directive.test(name)) continue;
    if (value === null) delete result[name];
    else result[name] = strategicValue(result[name], value, [...path, name], patch[`$setElementOrder/${name}`]);
  }
  removePrimitives(result, patch);
  return result;
}

function strategicValue(target: unknown, patch: unknown, path: readonly string[], order: unknown): unknown {
  const keys = mergeKeysOf(path);
  if (!Array.isArray(patch) || !keys) return strategicMerge(target, patch, path);
  // The patch is made with the first key alone.
  const key = keys.slice(0, 1);
  const replaced = patch.some((element) => isFields(element) && element.$patch === 'replace');
  const merged = new Map(replaced ? [] : elements(target).map((element) => [identityOf(element, key), element]));
  for (const element of elements(patch)) {
    const identity = identityOf(element, key);
    if (element.$patch === 'delete') merged.delete(identity);
    else if (element.$patch !== 'replace') {
      merged.set(identity, strategicMerge(merged.get(identity), element, path) as Fields);
    }
  }
  return ordered(
    merged,
    elements(order).map((element) => identityOf(element, key)),
  );
}

/** Elements in the requested order; those that are not named come last. */
function ordered(merged: ReadonlyMap<string, Fields>, order: readonly string[]): Fields[] {
  const rank = (identity: string) => (order.includes(identity) ? order.indexOf(identity) : order.length);
  return [...merged].sort(([left], [right]) => rank(left) - rank(right)).map(([, element]) => element);
}

function removePrimitives(result: Record<string, unknown>, patch: Fields): void {
  for (const [name, values] of Object.entries(patch)) {
    const list = name.startsWith('$deleteFromPrimitiveList/') ? name.slice(name.indexOf('/') + 1) : undefined;
    const present = list === undefined ? undefined : result[list];
    if (list !== undefined && Array.isArray(present) && Array.isArray(values)) {
      result[list] = present.filter((value) => !values.includes(value));
    }
  }
}

function elements(list: unknown): Fields[] {
  return Array.isArray(list) ? (list as unknown[]).filter(isFields) : [];
}

function withoutDirectives(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => !directive.test(name)));
}
