import { missingObjectMessage } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

export const serviceAccounts: Rule = {
  name: 'service-accounts',
  class: 'broken',
  finds: 'A pod whose ServiceAccount does not exist.',
  why: 'The pod is never created.',
  fix: 'Correct the name, or add the ServiceAccount.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  serviceAccountName: web
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const { namespace, serviceAccount, spec } of set.pods) {
      if (serviceAccount === 'default' || !set.isComplete(namespace)) continue;
      if (set.has('ServiceAccount', namespace, serviceAccount)) continue;
      yield {
        at: spec.at('serviceAccountName'),
        message: missingObjectMessage(set, 'ServiceAccount', namespace, serviceAccount),
        remedy: `correct the name, or add the account, or declare it: --assume ServiceAccount/${namespace}/${serviceAccount}`,
      };
    }
  },
};

const builtInPriorities = new Set(['system-cluster-critical', 'system-node-critical']);

/** Class policy: other projects create them elsewhere. */
export const namedResources: Rule = {
  name: 'named-resources',
  class: 'policy',
  finds: 'A PersistentVolumeClaim or PriorityClass that a pod names but that does not exist.',
  why: 'The pod stays pending, or is refused.',
  fix: 'Correct the name, or declare the object with --assume.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  priorityClassName: urgent
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const { namespace, spec } of set.pods) {
      const claims = spec.items('volumes').map((volume) => volume.at('persistentVolumeClaim', 'claimName'));
      const references = [
        ...claims.map((at) => ({ at, type: 'PersistentVolumeClaim', where: namespace })),
        { at: spec.at('priorityClassName'), type: 'PriorityClass.scheduling.k8s.io', where: '' },
      ];
      for (const { at, type, where } of references) {
        const name = at.text();
        if (name === undefined || builtInPriorities.has(name) || set.has(type, where, name)) continue;
        const assumed = [type.split('.')[0], where, name].filter(Boolean).join('/');
        yield {
          at,
          message: missingObjectMessage(set, type, where, name),
          remedy: `correct the name, or declare it: --assume ${assumed}`,
        };
      }
    }
  },
};
