import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';

/** The rules of every role of a set. */
export function roleRules(set: ManifestSet): Cursor[] {
  return set
    .ofType('Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io')
    .flatMap((role) => role.items('rules'));
}
