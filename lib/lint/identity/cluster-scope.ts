import type { Rule } from '../rule';

/** What a cluster has once is in no namespace. */
export const clusterScope: Rule = {
  name: 'cluster-scope',
  class: 'broken',
  *check(set) {
    for (const object of set.objects) {
      if (object.namespace === '' || object.knownKind?.namespaced !== false) continue;
      yield {
        at: object.at('metadata', 'namespace'),
        message: `a ${object.kind} is cluster-scoped and cannot be in namespace "${object.namespace}"`,
        remedy: 'remove the namespace',
      };
    }
  },
};
