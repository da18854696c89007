import type { Cursor } from './cursor';
import { kinds } from './kinds';
import type { Manifest } from './manifest';
import type { Assumption } from './unknown-objects';

/**
 * Annotation of an object that reads what another tool or a person creates. Each line of its value names one such object:
 * `Secret/database: username, password`. Without keys, the object is assumed to have every key.
 */
export const externalAnnotation = 'integrity.veza.app/external';

/** What an object states about external objects. */
export interface ExternalStatement {
  readonly at: Cursor;
  readonly assumptions: readonly Assumption[];
  /** Lines that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Reads the annotation of an object, if it has one. */
export function readExternalStatement(object: Manifest): ExternalStatement | undefined {
  const text = object.text('metadata', 'annotations', externalAnnotation);
  if (text === undefined) return undefined;
  const at = object.at('metadata', 'annotations', externalAnnotation);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const read = lines.map((line) => ({ line, assumptions: parseLine(line, object) }));
  return {
    at,
    assumptions: read.flatMap(({ assumptions = [] }) => assumptions),
    unreadable: read.filter(({ assumptions }) => assumptions === undefined).map(({ line }) => line),
  };
}

/** `Kind/name`, `Kind/namespace/name`, each with `: key, key` or without. */
const linePattern = /^([A-Z]\w*)\/(?:([a-z0-9-]+)\/)?([\w.:-]*\w)(?::\s*([-._\w]+(?:\s*,\s*[-._\w]+)*))?$/;

function parseLine(line: string, object: Manifest): Assumption[] | undefined {
  const [, kind, stated, name, keys] = linePattern.exec(line) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  const namespace = stated ?? (clusterScopedKinds.has(kind) ? '' : namespaceOf(object));
  return (keys?.split(/\s*,\s*/) ?? [undefined]).map((key) => ({ kind, namespace, name, key }));
}

const clusterScopedKinds: ReadonlySet<string> = new Set(
  [...kinds.values()].filter(({ namespaced }) => !namespaced).map(({ kind }) => kind),
);

/** A Namespace states what others create in it. */
function namespaceOf(object: Manifest): string {
  return object.type === 'Namespace' ? object.name : object.namespace;
}

/** Formats the value of the annotation of an object in a namespace. */
export function formatExternal(assumptions: readonly Assumption[], namespace: string): string {
  const keysOf = new Map<string, string[]>();
  for (const { kind, name, key, ...where } of assumptions) {
    const id = [kind, where.namespace === namespace ? '' : where.namespace, name].filter(Boolean).join('/');
    keysOf.set(id, [...(keysOf.get(id) ?? []), ...(key === undefined ? [] : [key])]);
  }
  return [...keysOf]
    .map(([id, keys]) => (keys.length === 0 ? id : `${id}: ${[...new Set(keys)].sort().join(', ')}`))
    .sort()
    .join('\n');
}
