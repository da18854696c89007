import { missingObjectMessage } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

/** The account that a pod runs under exists: otherwise the pod is never created. */
export const serviceAccounts: Rule = {
  name: 'service-accounts',
  class: 'broken',
  *check(set) {
    for (const { namespace, serviceAccount, spec } of set.pods) {
      if (serviceAccount === 'default' || set.has('ServiceAccount', namespace, serviceAccount)) continue;
      yield {
        at: spec.at('serviceAccountName'),
        message: missingObjectMessage(set, 'ServiceAccount', namespace, serviceAccount),
        remedy: `correct the name, or add the account, or declare it: --assume ServiceAccount/${namespace}/${serviceAccount}`,
      };
    }
  },
};
