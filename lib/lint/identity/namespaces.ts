import type { Rule } from '../rule';

export const explicitNamespaces: Rule = {
  name: 'explicit-namespaces',
  formerNames: ['stated-namespaces'],
  class: 'policy',
  finds: 'A namespaced object without a namespace.',
  why: 'The current context of kubectl decides where the object goes.',
  fix: 'State metadata.namespace.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
`,
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

export const clusterScope: Rule = {
  name: 'cluster-scope',
  class: 'policy',
  finds: 'A namespace on an object whose kind is cluster-scoped.',
  why: 'The namespace has no effect, and suggests that the object is isolated.',
  fix: 'Remove the namespace.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader, namespace: shop }
rules: []
`,
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
