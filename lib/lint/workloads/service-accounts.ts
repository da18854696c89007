import { missingObjectMessage } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

/** The account that a pod runs under exists: otherwise the pod is never created. */
export const serviceAccounts: Rule = {
  name: 'service-accounts',
  class: 'broken',
  documentation: {
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
  },
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
