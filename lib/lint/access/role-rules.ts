import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';

/** The rules of every role of a set. */
export function roleRules(set: ManifestSet): Cursor[] {
  return set
    .ofType('Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io')
    .flatMap((role) => role.items('rules'));
}

/** Namespace of the account that a binding is for; a RoleBinding may omit its own. */
export function subjectNamespace(binding: Manifest, subject: Cursor): string | undefined {
  const stated = subject.text('namespace');
  return stated ?? (binding.kind === 'RoleBinding' ? binding.namespace : undefined);
}
