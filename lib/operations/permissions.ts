import { type Problem, UsageError } from '../problems';
import type { Kubectl } from './kubectl';
import { asDocuments } from './preflight/dry-run';

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

/**
 * The permissions that the user does not have. All are asked in one call: one for each would take minutes.
 *
 * kubectl must not validate the reviews itself: to find out whether the server does, it lists the cluster's custom
 * resource definitions, which few users may.
 */
export async function missingPermissions(kubectl: Kubectl, wanted: readonly Permission[]): Promise<Permission[]> {
  if (wanted.length === 0) return [];
  const print = '--output=jsonpath={.status.allowed}{"\\n"}';
  const input = asDocuments(wanted.map(toAccessReview));
  const answers = (await kubectl.output(['create', '--validate=false', '--filename=-', print], { input })).split('\n');
  return wanted.filter((_, index) => answers[index] !== 'true');
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
  kubectl: Kubectl,
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

function toAccessReview({ verb, resource, namespace, name }: Permission): object {
  const { group, plural, subresource } = resourceParts(resource);
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, resource: plural, subresource, group, namespace, name } },
  };
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
