import type { Rule } from '../rule';
import { roleRules } from './role-rules';

/** A role says what it grants: a wildcard also grants what nobody has thought of yet. */
export const roleWildcards: Rule = {
  name: 'role-wildcards',
  class: 'policy',
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
