import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Violation } from '../rule';
import { oneOf, requireElements, type ValueFamily } from './value-family';

export const accessValues: ValueFamily = {
  name: 'access-values',
  finds:
    'A role or binding that is refused: a rule without verbs, resources or groups, URLs in a namespaced Role, a subject or role of an unknown kind, an account without its namespace.',
  why: 'The API server refuses the object.',
  example: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules: [{ resources: [pods], verbs: [get] }]
`,
  limits: {
    'rbac.v1.Subject': { kind: oneOf('ServiceAccount', 'User', 'Group') },
    'rbac.v1.RoleRef': { kind: oneOf('Role', 'ClusterRole'), apiGroup: oneOf('', 'rbac.authorization.k8s.io') },
  },
  relations: {
    'rbac.v1.Role': role,
    'rbac.v1.PolicyRule': policyRule,
    'rbac.v1.ClusterRoleBinding': clusterBinding,
    'rbac.v1.Subject': subject,
  },
  betweenObjects: accountsWithoutNamespace,
};

function* policyRule(at: Cursor): Generator<Violation> {
  yield* requireElements(at.at('verbs'));
  const resources = at.items('resources').length;
  const urls = at.items('nonResourceURLs').length;
  if (resources > 0 && urls > 0) {
    yield { at, message: 'resources and nonResourceURLs exclude each other', remedy: 'make two rules of it' };
  } else if (urls > 0) return;
  else if (at.items('apiGroups').length === 0) {
    yield { at: at.at('apiGroups'), message: 'the rule states no group', remedy: 'state one, "" for the core' };
  } else if (resources === 0) {
    yield { at: at.at('resources'), message: 'the rule states no resources', remedy: 'state at least one' };
  }
}

function* role(at: Cursor): Generator<Violation> {
  for (const rule of at.items('rules')) {
    if (rule.items('nonResourceURLs').length === 0) continue;
    yield { at: rule.at('nonResourceURLs'), message: 'a Role is for a namespace', remedy: 'use a ClusterRole' };
  }
}

function* clusterBinding(at: Cursor): Generator<Violation> {
  if (at.text('roleRef', 'kind') === 'Role') {
    yield { at: at.at('roleRef', 'kind'), message: 'it binds a ClusterRole only', remedy: 'use a RoleBinding' };
  }
}

/** A Kustomization fills in the namespace, and its resources may leave it out. */
function* accountsWithoutNamespace(set: ManifestSet): Generator<Violation> {
  if (set.isKustomizeInput) return;
  for (const binding of set.ofType('ClusterRoleBinding.rbac.authorization.k8s.io')) {
    for (const each of binding.items('subjects')) {
      if (each.text('kind') !== 'ServiceAccount' || each.text('namespace')) continue;
      yield { at: each.at('namespace'), message: 'the account has no namespace', remedy: 'state its namespace' };
    }
  }
}

function* subject(at: Cursor): Generator<Violation> {
  const group = at.text('apiGroup');
  if (at.text('kind') !== 'ServiceAccount' || !group) return;
  yield { at: at.at('apiGroup'), message: 'a ServiceAccount is in no group', remedy: 'remove it' };
}
