import { type Permission, resourceParts } from './permissions';

/** A rule of a Role or ClusterRole. The lint rule `role-wildcards` rejects URLs and wildcards. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** A user or group that roles are bound to, as Kubernetes knows it. */
export interface Subject {
  readonly kind: 'User' | 'Group';
  readonly name: string;
}

interface RbacObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const group = 'rbac.authorization.k8s.io';

/**
 * Permissions as a ClusterRole for those in the whole cluster, and a Role for each namespace, with a binding of each if
 * there are subjects.
 * @param name of every role and binding
 */
export function rolesFor(
  permissions: readonly Permission[],
  name: string,
  subjects: readonly Subject[] = [],
): RbacObject[] {
  // Those of the whole cluster come first.
  const namespaces = [...new Set(permissions.map(({ namespace = '' }) => namespace))].sort();
  return namespaces.flatMap((namespace) => {
    const here = permissions.filter((permission) => (permission.namespace ?? '') === namespace);
    const kind = namespace === '' ? 'ClusterRole' : 'Role';
    const apiVersion = `${group}/v1`;
    const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
    const role = { apiVersion, kind, metadata, rules: rulesFor(here) };
    const roleRef = { apiGroup: group, kind, name };
    const bound = subjects.map((subject) => ({ apiGroup: group, ...subject }));
    return subjects.length === 0
      ? [role]
      : [role, { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects: bound }];
  });
}

/** Rules that grant some permissions and no others. Resources that are granted the same verbs share a rule. */
function rulesFor(permissions: readonly Permission[]): PolicyRule[] {
  const byResource = grouped(permissions, ({ resource, name = '' }) => `${resource} ${name}`);
  const single = byResource.map((same) => ruleOf(same));
  return grouped(single, ({ resources: _, ...rest }) => JSON.stringify(rest)).flatMap(([first, ...others]) =>
    first ? { ...first, resources: [first, ...others].flatMap(({ resources }) => resources).sort() } : [],
  );
}

/** The rule of permissions that differ in nothing but their verbs. */
function ruleOf(permissions: readonly Permission[]): PolicyRule {
  const { resource = '', name } = permissions[0] ?? {};
  const { plural, subresource, group: apiGroup } = resourceParts(resource);
  return {
    apiGroups: [apiGroup],
    resources: [subresource === undefined ? plural : `${plural}/${subresource}`],
    ...(name === undefined ? {} : { resourceNames: [name] }),
    verbs: [...new Set(permissions.map(({ verb }) => verb))].sort(),
  };
}

/** Values with the same key, in the order in which the keys come. */
function grouped<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups.values()];
}
