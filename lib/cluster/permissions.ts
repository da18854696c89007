import { groupBy } from '../manifests/group-by';
import { pluralize } from '../manifests/kinds';
import type { KubernetesManifest } from '../manifests/manifest';
import type { Environment } from '../platform/environment';
import { type Problem, UsageError } from '../platform/errors';
import type { KubernetesClient, ResourceAttributes } from './kubernetes-client';

/** A permission to do something with objects of a kind. */
export interface Permission {
  readonly verb: string;
  /** Resource as the API names it: `jobs.batch`, or a subresource: `pods/log`. */
  readonly resource: string;
  /** @default - the whole cluster */
  readonly namespace?: string;
  /** Name of the only object that it is for. @default - any */
  readonly name?: string;
}

/** Removes duplicates. */
export function removeDuplicates(permissions: readonly Permission[]): Permission[] {
  return [...new Map(permissions.map((permission) => [keyOf(permission), permission])).values()];
}

/** Removes the permissions that are also among others. */
export function subtractPermissions(permissions: readonly Permission[], others: readonly Permission[]): Permission[] {
  const keys = new Set(others.map(keyOf));
  return permissions.filter((permission) => !keys.has(keyOf(permission)));
}

/** Finds the permissions that the user does not have. */
export async function findMissingPermissions(
  kubectl: KubernetesClient,
  wanted: readonly Permission[],
): Promise<Permission[]> {
  const allowed = await kubectl.reviewAccess(wanted.map(toResourceAttributes));
  return wanted.filter((_, index) => !allowed[index]);
}

/**
 * Describes missing permissions, a line for each namespace.
 * @param remedy how to get them
 */
export function describeMissingPermissions(missing: readonly Permission[], remedy: string): Problem[] {
  const namespaces = [...new Set(missing.map(({ namespace }) => namespace))];
  return namespaces.map((namespace) => {
    const here = missing.filter((permission) => permission.namespace === namespace);
    return `missing permissions in ${namespace ?? 'the whole cluster'}: ${formatPermissions(here)}; ${remedy}`;
  });
}

/**
 * Requires permissions before an operation starts.
 * @param remedy how to get missing ones
 * @throws UsageError that names every missing one
 */
export async function requirePermissions(
  kubectl: KubernetesClient,
  wanted: readonly Permission[],
  remedy: string,
): Promise<void> {
  const problems = describeMissingPermissions(await findMissingPermissions(kubectl, wanted), remedy);
  if (problems.length > 0) throw new UsageError(...problems);
}

/**
 * How a user gets missing permissions.
 * @param purpose as `veza permissions --for` takes it. @default - deploy
 */
export function formatPermissionRemedy({ name }: Pick<Environment, 'name'>, purpose?: string): string {
  return `\`npx veza permissions ${name}${purpose === undefined ? '' : ` --for ${purpose}`}\` prints roles that grant them`;
}

export type ResourceVerbs = readonly [resource: string, ...verbs: string[]];

/** Lists the permissions for verbs of resources. @default namespace - the whole cluster */
export function listPermissions(resources: readonly ResourceVerbs[], namespace?: string): Permission[] {
  return resources.flatMap(([resource, ...verbs]) => verbs.map((verb) => ({ verb, resource, namespace })));
}

/** Splits a resource into its parts: `nodes/metrics`, `deployments.apps`. */
export function splitResource(resource: string): { group: string; plural: string; subresource?: string } {
  const [path = '', ...group] = resource.split('.');
  const [plural = '', subresource] = path.split('/');
  return { group: group.join('.'), plural, subresource };
}

function toResourceAttributes({ verb, resource, namespace, name }: Permission): ResourceAttributes {
  const { group, plural, subresource } = splitResource(resource);
  return { verb, resource: plural, subresource, group, namespace, name };
}

/** Formats permissions by resource: `create/patch jobs.batch, delete pods`. */
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

/** The resource of a kind, as permissions name it: `networkpolicies.networking.k8s.io`. */
export function formatResource({ apiVersion, kind }: Pick<KubernetesManifest, 'apiVersion' | 'kind'>): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return [pluralize(kind.toLowerCase()), ...(group === undefined ? [] : [group])].join('.');
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
 * Creates the roles that grant permissions: a ClusterRole for the whole cluster, and a Role for each namespace.
 * @param name of every role and binding
 * @param subjects that the roles are bound to. @default - no bindings
 */
export function createRoles(
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
  const { plural, subresource, group: apiGroup } = splitResource(resource);
  return {
    apiGroups: [apiGroup],
    resources: [subresource === undefined ? plural : `${plural}/${subresource}`],
    ...(name === undefined ? {} : { resourceNames: [name] }),
    verbs: [...new Set(permissions.map(({ verb }) => verb))].sort(),
  };
}
