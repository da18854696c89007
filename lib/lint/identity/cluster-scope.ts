import type { Rule } from '../rule';

/** Cluster-scoped objects state no namespace. */
export const clusterScope: Rule = {
  name: 'cluster-scope',
  class: 'policy',
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
      const at = object.at('metadata', 'namespace');
      if (object.knownKind?.namespaced !== false || !at.exists) continue;
      yield {
        at,
        message: `a ${object.kind} is cluster-scoped and cannot be in namespace "${at.value}"`,
        remedy: 'remove the namespace',
      };
    }
  },
};
