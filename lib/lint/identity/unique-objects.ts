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
    const seen = new Set<string>();
    for (const object of set.objects) {
      // Several files may each contain the Namespace that they need.
      if (object.name === '' || object.type === 'Namespace') continue;
      const id = `${object.type}/${object.namespace}/${object.name}`;
      if (seen.has(id)) {
        yield {
          at: object.at('metadata', 'name'),
          message: `there is another ${object.kind} "${object.name}" in the set`,
          remedy: 'rename one of the two, or remove it',
        };
      }
      seen.add(id);
    }
  },
};
