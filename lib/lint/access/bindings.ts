import type { Cursor } from '../../manifests/cursor';
import { groupBy } from '../../manifests/group-by';
import type { Manifest } from '../../manifests/manifest';
import { isOfCluster, type ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { reportMissing } from '../common-findings';
import type { Rule, Violation } from '../rule';
import { examplePod } from '../rule';

const rbac = 'rbac.authorization.k8s.io';

/** Roles that the cluster brings along. */
const builtInRole = /^(cluster-admin|admin|edit|view|system:.+|extension-apiserver-authentication-reader)$/;

/** Users and groups live outside the cluster. */
export const bindings: Rule = {
  name: 'bindings',
  class: 'broken',
  finds: 'A role binding whose role or ServiceAccount does not exist, or is in another namespace.',
  why: 'The permissions are not granted.',
  fix: 'Correct the name, or add the role or the account.',
  example: `
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: web }]
`,
  *check(set) {
    const accounts = groupBy(set.ofType('ServiceAccount'), ({ name }) => name);
    for (const binding of set.ofType(`RoleBinding.${rbac}`, `ClusterRoleBinding.${rbac}`)) {
      yield* danglingRole(set, binding);
      for (const subject of binding.items('subjects')) yield* danglingSubject(set, accounts, binding, subject);
    }
  },
};

function* danglingRole(set: ManifestSet, binding: Manifest): Generator<Violation> {
  const at = binding.at('roleRef');
  const kind = at.text('kind') ?? '';
  const name = at.text('name') ?? '';
  const namespace = kind === 'Role' ? binding.namespace : '';
  if (builtInRole.test(name) || set.has(`${kind}.${rbac}`, namespace, name)) return;
  yield reportMissing(set, at, `${kind}.${rbac}`, namespace, name);
}

function* danglingSubject(
  set: ManifestSet,
  accounts: ReadonlyMap<string, readonly Manifest[]>,
  binding: Manifest,
  subject: Cursor,
): Generator<Violation> {
  if (subject.text('kind') !== 'ServiceAccount') return;
  const name = subject.text('name') ?? '';
  const namespaces = (accounts.get(name) ?? []).map((account) => account.namespace);
  const namespace = readSubjectNamespace(binding, subject);
  // An account without a namespace is the business of the rule access-values.
  if (namespace === undefined) return;
  if (name !== 'default' && set.isComplete(namespace) && !set.has('ServiceAccount', namespace, name)) {
    yield reportMissing(set, subject, 'ServiceAccount', namespace, name);
  } else if (isElsewhere(set, namespaces, binding, namespace) && !set.has('ServiceAccount', namespace, name)) {
    yield {
      at: subject,
      message: `ServiceAccount ${name} is in ${namespaces.join(', ')}, not in ${namespace}, of which the set has nothing`,
      remedy: `correct the namespace, or declare the account: --assume ServiceAccount/${namespace}/${name}`,
    };
  }
}

/** Whether the set has an account of that name where the binding most likely means it. */
function isElsewhere(set: ManifestSet, namespaces: readonly string[], binding: Manifest, namespace: string): boolean {
  if (set.isComplete(namespace) || isOfCluster(namespace) || namespaces.length === 0) return false;
  return binding.kind === 'RoleBinding'
    ? namespaces.includes(binding.namespace)
    : namespaces.every((each) => each !== '');
}

/** Namespace of the account that a binding is for; a RoleBinding may omit its own. */
export function readSubjectNamespace(binding: Manifest, subject: Cursor): string | undefined {
  const stated = subject.text('namespace');
  return stated ?? (binding.kind === 'RoleBinding' ? binding.namespace : undefined);
}

export const unusedTokens: Rule = {
  name: 'unused-tokens',
  class: 'policy',
  finds: 'A pod that mounts an API token although no binding grants its account anything.',
  why: 'A token that is not needed is only useful to an attacker.',
  fix: 'State automountServiceAccountToken: false.',
  example: `${examplePod}
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    const granted = grantedSubjects(set);
    for (const pod of set.pods) {
      const { namespace, serviceAccount } = pod;
      const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
      const isGranted = [`${namespace}/${serviceAccount}`, ...groups].some((subject) => granted.has(subject));
      const at = isGranted ? undefined : tokenOf(set, pod);
      if (at === undefined) continue;
      yield {
        at,
        message: `the pod mounts a token of account "${serviceAccount}", to which no binding grants anything`,
        remedy: 'state automountServiceAccountToken: false and mount no token, or bind the account to a role',
      };
    }
  },
};

function grantedSubjects(set: ManifestSet): Set<string> {
  const subjects = set
    .ofType('RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io')
    .flatMap((binding) => binding.items('subjects').map((subject) => ({ binding, subject })));
  return new Set(
    subjects.map(({ binding, subject }) =>
      subject.text('kind') === 'ServiceAccount'
        ? `${readSubjectNamespace(binding, subject)}/${subject.text('name')}`
        : (subject.text('name') ?? ''),
    ),
  );
}

/** Finds where a pod gets an API token from: its own volumes, or the default. */
function tokenOf(set: ManifestSet, { namespace, serviceAccount, spec }: PodTemplate): Cursor | undefined {
  const sources = spec.items('volumes').flatMap((volume) => volume.items('projected', 'sources'));
  // A token with an audience is not for the API server.
  const projected = sources.map((source) => source.at('serviceAccountToken')).find(isForApi);
  if (projected) return projected;
  const account = set.find('ServiceAccount', namespace, serviceAccount);
  // What an account outside the set says of its tokens is not known.
  const byDefault =
    account?.flag('automountServiceAccountToken') ?? (account !== undefined || serviceAccount === 'default');
  const isAutomounted = spec.flag('automountServiceAccountToken') ?? byDefault;
  return isAutomounted ? spec.at('automountServiceAccountToken') : undefined;
}

function isForApi(token: Cursor): boolean {
  return token.exists && !token.has('audience');
}
