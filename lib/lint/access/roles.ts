import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule } from '../rule';

export const roleSecrets: Rule = {
  name: 'role-secrets',
  class: 'policy',
  finds: 'A role that grants access to Secrets.',
  why: 'A compromised pod could read all of them.',
  fix: 'Mount the Secret into the pods that need it.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]
`,
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

export const roleWildcards: Rule = {
  name: 'role-wildcards',
  class: 'policy',
  finds: 'A role that grants a wildcard.',
  why: 'It also grants whatever is added to the API later.',
  fix: 'List the groups, resources and verbs one by one.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [{ apiGroups: [""], resources: [pods], verbs: ["*"] }]
`,
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

function roleRules(set: ManifestSet): Cursor[] {
  return set
    .ofType('Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io')
    .flatMap((role) => role.items('rules'));
}
