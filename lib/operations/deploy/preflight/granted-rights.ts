import type { Permission } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';

/** A rule of a Role or ClusterRole. None of ours grants URLs or wildcards: `role-wildcards` refuses them. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface RoleObject extends KubernetesManifest {
  readonly rules?: readonly PolicyRule[];
}

/** What a Role or ClusterRole grants; nothing for other kinds. */
export function grantedByRoles(object: KubernetesManifest): Permission[] {
  if (object.kind !== 'Role' && object.kind !== 'ClusterRole') return [];
  const { rules = [], metadata } = object as RoleObject;
  return rules.flatMap((rule) => permissionsOf(rule, metadata.namespace));
}

function permissionsOf(
  { apiGroups, resources, resourceNames = [], verbs }: PolicyRule,
  namespace: string | undefined,
): Permission[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        names.map((name) => ({ verb, resource: group === '' ? resource : `${resource}.${group}`, namespace, name })),
      ),
    ),
  );
}
