import type { Rule } from '../rule';

/** Cluster-scoped objects state no namespace. */
export const clusterScope: Rule = {
  name: 'cluster-scope',
  class: 'broken',
  documentation: {
    finds: 'A namespace on an object whose kind is cluster-scoped.',
    why: 'The namespace has no effect, and suggests that the object is isolated.',
    fix: 'Remove the namespace.',
    example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader, namespace: shop }
rules: []
`,
  },
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
