import type { Rule } from '../rule';

/** Namespaced objects state their namespace, so that nobody's current context decides where they go. */
export const statedNamespaces: Rule = {
  name: 'stated-namespaces',
  class: 'policy',
  *check(set) {
    for (const object of set.objects) {
      if (object.namespace !== '' || object.knownKind?.namespaced !== true) continue;
      yield {
        at: object.at('metadata', 'namespace'),
        message: `a ${object.kind} is namespaced, but states no namespace`,
        remedy: 'state metadata.namespace',
      };
    }
  },
};
