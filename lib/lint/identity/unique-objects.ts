import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../manifests/manifest';
import type { Rule } from '../rule';

/** No two objects have the same identity: the later one would silently overwrite the earlier. */
export const uniqueObjects: Rule = {
  name: 'unique-objects',
  class: 'broken',
  documentation: {
    finds: 'Two objects of the same kind, namespace and name.',
    why: 'The one that is applied later silently overwrites the earlier one.',
    fix: 'Rename one of the two objects, or remove it.',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { LOG_LEVEL: debug }
`,
  },
  *check(set) {
    const seen = new Map<string, Manifest>();
    for (const object of set.objects) {
      if (object.name === '') continue;
      const id = `${object.type}/${object.namespace}/${object.name}`;
      const first = seen.get(id);
      if (first === undefined) seen.set(id, object);
      else if (!isRepeatedNamespace(object, first)) {
        yield {
          at: object.at('metadata', 'name'),
          message: `there is another ${object.kind} "${object.name}" in the set`,
          remedy: 'rename one of the two, or remove it',
        };
      }
    }
  },
};

/** Several files may each bring the Namespace that they need, if they agree on it. */
function isRepeatedNamespace(object: Manifest, first: Manifest): boolean {
  return object.type === 'Namespace' && isDeepStrictEqual(object.value, first.value);
}
