import { groupBy } from '../manifests/group-by';
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
 * Creates the roles that grant permissions: a ClusterRole for the whole cluster, and a Role for each namespace.
 * @param name of every role and binding
 * @param subjects that the roles are bound to. @default - no bindings
 */
export function rolesFor(
  permissions: readonly Permission[],
  name: string,
  subjects: readonly Subject[] = [],
): RbacObject[] {
  // Permissions in the whole cluster come first.
  const namespaces = [...new Set(permissions.map(({ namespace = '' }) => namespace))].sort();
  return namespaces.flatMap((namespace) => {
    const here = permissions.filter((permission) => (permission.namespace ?? '') === namespace);
    const kind = namespace === '' ? 'ClusterRole' : 'Role';
    const apiVersion = `${group}/v1`;
    const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
    const role = { apiVersion, kind, metadata, rules: createRules(here) };
    const roleRef = { apiGroup: group, kind, name };
    const bound = subjects.map((subject) => ({ apiGroup: group, ...subject }));
    return subjects.length === 0
      ? [role]
      : [role, { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects: bound }];
  });
}

/** Creates rules that grant exactly these permissions. Resources with the same verbs share a rule. */
function createRules(permissions: readonly Permission[]): PolicyRule[] {
  const byResource = groupBy(permissions, ({ resource, name = '' }) => `${resource} ${name}`);
  const single = [...byResource.values()].map(createRule);
  const alike = groupBy(single, ({ resources: _, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first ? { ...first, resources: [first, ...others].flatMap(({ resources }) => resources).sort() } : [],
  );
}

/** Creates one rule from permissions that differ only in their verbs. */
function createRule(permissions: readonly Permission[]): PolicyRule {
  const { resource = '', name } = permissions[0] ?? {};
  const { plural, subresource, group: apiGroup } = resourceParts(resource);
  return {
    apiGroups: [apiGroup],
    resources: [subresource === undefined ? plural : `${plural}/${subresource}`],
    ...(name === undefined ? {} : { resourceNames: [name] }),
    verbs: [...new Set(permissions.map(({ verb }) => verb))].sort(),
  };
}
