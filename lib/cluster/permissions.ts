import type { KubernetesManifest } from '../manifests/manifest';
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

/** A kind as the API and its rights name it: `networkpolicies.networking.k8s.io`. */
export function resourceOf({ apiVersion, kind }: Pick<KubernetesManifest, 'apiVersion' | 'kind'>): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return [plural(kind.toLowerCase()), ...(group === undefined ? [] : [group])].join('.');
}

/** The API's own rule for the names of kinds (`UnsafeGuessKindToResource`), which every kind here follows. */
export function plural(kind: string): string {
  if (kind.endsWith('s')) return `${kind}es`;
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
