import type { Rule } from '../rule';
import { roleRules } from './role-rules';

/** No role grants Secrets: a compromised pod could read all of them. */
export const roleSecrets: Rule = {
  name: 'role-secrets',
  class: 'policy',
  documentation: {
    finds: 'A role that grants access to Secrets.',
    why: 'A compromised pod could read all of them.',
    fix: 'Mount the Secret into the pods that need it.',
    example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]
`,
  },
  *check(set) {
    for (const rule of roleRules(set)) {
      if (!rule.texts('apiGroups').some((group) => group === '' || group === '*')) continue;
      for (const at of rule.items('resources')) {
        if (typeof at.value !== 'string' || !/^(\*|secrets)(\/|$)/.test(at.value)) continue;
        yield { at, message: 'the role grants Secrets', remedy: 'mount the Secret where it is needed instead' };
      }
    }
  },
};
