import type { Rule } from '../rule';
import { roleRules } from './role-rules';

/** A role lists what it grants: a wildcard also grants what the API gets later. */
export const roleWildcards: Rule = {
  name: 'role-wildcards',
  class: 'policy',
  documentation: {
    finds: 'A role that grants a wildcard.',
    why: 'It also grants whatever is added to the API later.',
    fix: 'List the groups, resources and verbs one by one.',
    example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [pods], verbs: ["*"] }]
`,
  },
  *check(set) {
    for (const rule of roleRules(set)) {
      for (const field of ['apiGroups', 'resources', 'verbs', 'nonResourceURLs']) {
        for (const at of rule.items(field)) {
          if (at.value === '*')
            yield { at, message: 'the role grants a wildcard', remedy: `name the ${field} one by one` };
        }
      }
    }
  },
};
