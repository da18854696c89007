import { reportMissing } from '../common-findings';
import type { Rule } from '../rule';
import { examplePod } from '../rule';

export const serviceAccounts: Rule = {
  name: 'service-accounts',
  class: 'broken',
  finds: 'A pod whose ServiceAccount does not exist.',
  why: 'The pod is never created.',
  fix: 'Correct the name, or add the ServiceAccount.',
  example: `${examplePod}
  serviceAccountName: web
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const { namespace, serviceAccount, spec } of set.pods) {
      if (serviceAccount === 'default' || !set.isComplete(namespace)) continue;
      if (set.has('ServiceAccount', namespace, serviceAccount)) continue;
      yield reportMissing(set, spec.at('serviceAccountName'), 'ServiceAccount', namespace, serviceAccount);
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
  example: `${examplePod}
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
        yield reportMissing(set, at, type, where, name);
      }
    }
  },
};
