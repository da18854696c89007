import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';
import { subjectNamespace } from './bindings';

export const unusedTokens: Rule = {
  name: 'unused-tokens',
  class: 'policy',
  finds: 'A pod that mounts an API token although no binding grants its account anything.',
  why: 'A token that is not needed is only useful to an attacker.',
  fix: 'State automountServiceAccountToken: false.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
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
        ? `${subjectNamespace(binding, subject)}/${subject.text('name')}`
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
