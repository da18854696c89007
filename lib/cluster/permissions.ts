import { type Problem, UsageError } from '../platform/errors';
import type { KubernetesClient, ResourceAttributes } from './kubernetes-client';

/** A right to do something in a namespace. */
export interface Permission {
  readonly verb: string;
  /** A kind as the API names it: `jobs.batch`, or a part of one: `pods/log`. */
  readonly resource: string;
  /** Where. @default - the whole cluster */
  readonly namespace?: string;
  /** The one object that is meant. @default - any */
  readonly name?: string;
}

/** The same permissions, each once. */
export function distinctPermissions(permissions: readonly Permission[]): Permission[] {
  return [...new Map(permissions.map((permission) => [keyOf(permission), permission])).values()];
}

/** The permissions that others do not have among them. */
export function withoutPermissions(permissions: readonly Permission[], others: readonly Permission[]): Permission[] {
  const keys = new Set(others.map(keyOf));
  return permissions.filter((permission) => !keys.has(keyOf(permission)));
}

/** Finds the permissions that the user does not have. */
export async function missingPermissions(
  kubectl: KubernetesClient,
  wanted: readonly Permission[],
): Promise<Permission[]> {
  const allowed = await kubectl.reviewAccess(wanted.map(toResourceAttributes));
  return wanted.filter((_, index) => !allowed[index]);
}

/**
 * Missing permissions as problems, a line for each namespace.
 * @param remedy how they can be had
 */
export function permissionProblems(missing: readonly Permission[], remedy: string): Problem[] {
  const places = [...new Set(missing.map(({ namespace }) => namespace))];
  return places.map((place) => {
    const here = missing.filter(({ namespace }) => namespace === place);
    return `missing permissions in ${place ?? 'the whole cluster'}: ${formatPermissions(here)}; ${remedy}`;
  });
}

/**
 * Makes sure that the user has some permissions in a namespace before an operation begins.
 * @throws UsageError that names every one that is missing
 */
export async function requirePermissions(
  kubectl: KubernetesClient,
  namespace: string,
  permissions: readonly (readonly [verb: string, resource: string])[],
): Promise<void> {
  const wanted = permissions.map(([verb, resource]) => ({ verb, resource, namespace }));
  const problems = permissionProblems(await missingPermissions(kubectl, wanted), 'ask an administrator for them');
  if (problems.length > 0) throw new UsageError(...problems);
}

/** A resource as the API takes it apart: `nodes/metrics`, `deployments.apps`. */
export function resourceParts(resource: string): { group: string; plural: string; subresource?: string } {
  const [path = '', ...group] = resource.split('.');
  const [plural = '', subresource] = path.split('/');
  return { group: group.join('.'), plural, subresource };
}

function toResourceAttributes({ verb, resource, namespace, name }: Permission): ResourceAttributes {
  const { group, plural, subresource } = resourceParts(resource);
  return { verb, resource: plural, subresource, group, namespace, name };
}

/** Verbs and what they are for: `create/patch jobs.batch, delete pods`. */
function formatPermissions(permissions: readonly Permission[]): string {
  const resources = [...new Set(permissions.map(({ resource }) => resource))];
  const parts = resources.map((resource) => {
    const verbs = permissions.filter((each) => each.resource === resource).map(({ verb }) => verb);
    return `${[...new Set(verbs)].join('/')} ${resource}`;
  });
  return parts.join(', ');
}

function keyOf({ verb, resource, namespace = '', name = '' }: Permission): string {
  return [verb, resource, namespace, name].join(' ');
}

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
