import { isDeepStrictEqual } from 'node:util';
import type { PatchOperation } from '../../platform/settings/json-patch';

/** What a patch makes of a document, or why it cannot be applied. */
export interface PatchResult {
  readonly value: unknown;
  /** The first operation that fails, and why; those after it may depend on it. */
  readonly problem?: { readonly index: number; readonly message: string };
}

/** Applies the operations of RFC 6902 to a JSON document, which stays as it is. */
export function applyPatch(document: unknown, operations: readonly PatchOperation[]): PatchResult {
  let value = document;
  for (const [index, operation] of operations.entries()) {
    try {
      value = applyOperation(value, operation);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      return { value: document, problem: { index, message: error.message } };
    }
  }
  return { value };
}

/** An operation that does not fit the document. */
class PatchError extends Error {}

function applyOperation(document: unknown, operation: PatchOperation): unknown {
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case 'add':
      return addAt(document, path, operation.value);
    case 'replace':
      valueAt(document, path);
      return edit(document, path, (parent, key) => set(parent, key, operation.value), operation.value);
    case 'remove':
      return removeAt(document, path);
    case 'test':
      return requireEqual(document, path, operation.value);
    case 'copy':
      return addAt(document, path, valueAt(document, parsePointer(operation.from)));
    case 'move': {
      if (operation.path.startsWith(`${operation.from}/`)) {
        throw new PatchError(`${operation.from} cannot be moved into itself`);
      }
      const from = parsePointer(operation.from);
      return addAt(removeAt(document, from), path, valueAt(document, from));
    }
  }
}

/** The names of a JSON Pointer (RFC 6901), from the outermost on. */
function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

type Container = readonly unknown[] | Readonly<Record<string, unknown>>;

function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce((at, key, depth) => {
    const container = containerAt(at, path.slice(0, depth));
    requireKey(container, key, path.slice(0, depth + 1));
    return memberOf(container, key);
  }, document);
}

function addAt(document: unknown, path: readonly string[], value: unknown): unknown {
  return edit(
    document,
    path,
    (parent, key) => {
      if (!Array.isArray(parent)) return { ...parent, [key]: value };
      const index = key === '-' ? parent.length : Number(key);
      if (!isIndex(key === '-' ? '0' : key) || index > parent.length) {
        throw new PatchError(
          `${formatPointer(path)}: the list has ${parent.length} items; use an index up to that, or -`,
        );
      }
      return [...parent.slice(0, index), value, ...parent.slice(index)];
    },
    value,
  );
}

function removeAt(document: unknown, path: readonly string[]): unknown {
  valueAt(document, path);
  return edit(document, path, (parent, key) =>
    Array.isArray(parent)
      ? parent.filter((_, index) => index !== Number(key))
      : Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key)),
  );
}

function requireEqual(document: unknown, path: readonly string[], wanted: unknown): unknown {
  const found = valueAt(document, path);
  if (isDeepStrictEqual(found, wanted)) return document;
  throw new PatchError(`${formatPointer(path)} is ${JSON.stringify(found)} and not ${JSON.stringify(wanted)}`);
}

/** A copy of a document with the container of a place changed; the place of the whole document becomes `whole`. */
function edit(
  document: unknown,
  path: readonly string[],
  change: (parent: Container, key: string) => unknown,
  whole?: unknown,
): unknown {
  const key = path.at(-1);
  if (key === undefined) return whole;
  const parents = path.slice(0, -1);
  const parent = containerAt(valueAt(document, parents), parents);
  const changed = change(parent, key);
  return edit(document, parents, (outer, name) => set(outer, name, changed), changed);
}

/** A copy of a container with another member. */
function set(container: Container, key: string, value: unknown): unknown {
  return Array.isArray(container)
    ? container.map((item, index) => (index === Number(key) ? value : item))
    : { ...container, [key]: value };
}

function containerAt(value: unknown, path: readonly string[]): Container {
  if (typeof value === 'object' && value !== null) return value as Container;
  throw new PatchError(`${formatPointer(path)} is ${JSON.stringify(value)}, which has no fields`);
}

function requireKey(container: Container, key: string, path: readonly string[]): void {
  const isList = Array.isArray(container);
  if (isList ? isIndex(key) && Number(key) < container.length : Object.hasOwn(container, key)) return;
  const found = isList ? `${container.length} items` : Object.keys(container).join(', ') || 'nothing';
  throw new PatchError(`${formatPointer(path)} does not exist; there ${isList ? 'are' : 'is'} ${found}`);
}

function memberOf(container: Container, key: string): unknown {
  return (container as Readonly<Record<string, unknown>>)[key];
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}

function formatPointer(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
