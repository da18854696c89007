import type { Cursor } from '../manifests/cursor';
import type { LabelSelector } from '../manifests/label-selector';
import { formatMissingObject, type ManifestSet } from '../manifests/manifest-set';
import type { Violation } from './rule';

/** Reports each element that has the key of an earlier one. */
export function* findRepeated(
  elements: readonly Cursor[],
  keyOf: (element: Cursor) => string | undefined,
  message: (key: string) => string,
  remedy: string,
): Generator<Violation> {
  const seen = new Set<string>();
  for (const at of elements) {
    const key = keyOf(at);
    if (key === undefined) continue;
    if (seen.has(key)) yield { at, message: message(key), remedy };
    seen.add(key);
  }
}

/** Reports that an object does not exist to which a place refers. Whether it does is for the rule to know. */
export function reportMissing(set: ManifestSet, at: Cursor, type: string, namespace: string, name: string): Violation {
  return {
    at,
    message: formatMissingObject(set, type, namespace, name),
    remedy: formatMissingRemedy(type, namespace, name),
  };
}

/** What can be done where a reference names an object that does not exist. */
export function formatMissingRemedy(type: string, namespace: string, name: string): string {
  const [kind = ''] = type.split('.');
  const assumed = [kind, namespace, name].filter((part) => part !== '').join('/');
  return `correct the name, or add the ${kind}, or declare it: --assume ${assumed}`;
}

/** Reports a selector that selects no pod of a namespace, unless it may mean pods outside of the set. */
export function* findUnselected(
  set: ManifestSet,
  namespace: string,
  at: Cursor,
  selector: LabelSelector,
): Generator<Violation> {
  if (selector.isEmpty || set.select(namespace, selector).length > 0 || set.mayHavePods(namespace, selector)) return;
  yield { at, message: `${selector} selects no pod`, remedy: "state labels of the pods' template" };
}
