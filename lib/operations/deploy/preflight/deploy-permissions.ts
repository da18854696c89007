import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import {
  describeMissingPermissions,
  findMissingPermissions,
  formatPermissionRemedy,
  formatResource,
  listPermissions,
  type Permission,
  type PolicyRule,
  type ResourceVerbs,
  removeDuplicates,
  subtractPermissions,
} from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import { type Problem, UsageError } from '../../../platform/errors';
import type { Platform } from '../../../platform/platform';
import { helmKeepAnnotation } from '../../../platform/settings/deployment';
import { listEnvironmentSecrets } from '../../../synth/environment-secrets';
import { buildEnvironment } from '../../../synth/render-environment';
import { listAdmissionPermissions } from './admission-policies';
import { listRequirementPermissions } from './cluster-requirements';
import { listDatabaseOperatorPermissions } from './database-operator';
import { listKeptVolumePermissions } from './kept-volumes';
import { selectExpectedSecrets } from './missing-secrets';
import { listMovePermissions } from './present-database';
import { listKindPermissions } from './required-kinds';

/** Permissions that were reviewed for a deploy. */
export interface ReviewedPermissions {
  readonly reviewed: readonly Permission[];
  /** Those of them that the user lacks. */
  readonly missing: readonly Permission[];
}

/**
 * Reviews all permissions of a deploy, before anything else is read from the cluster.
 *
 * @throws UsageError that names all missing ones, if not even the state of the environment may be read
 */
export async function requireDeployPermissions(
  kubectl: KubernetesClient,
  platform: Platform,
  environment: Environment,
): Promise<ReviewedPermissions> {
  const reviewed = listEnvironmentPermissions(platform, environment);
  const missing = await findMissingPermissions(kubectl, reviewed);
  const initial = listPermissions(initialVerbs, environment.namespace);
  if (subtractPermissions(initial, missing).length < initial.length) {
    throw new UsageError(...formatPermissionErrors(environment, missing));
  }
  return { reviewed, missing };
}

/** Formats the missing permissions of a deploy, a line for each namespace. */
export function formatPermissionErrors(environment: Environment, missing: readonly Permission[]): Problem[] {
  return describeMissingPermissions(missing, formatPermissionRemedy(environment));
}

/** Lists what `veza diff` does with objects: kubectl reads each, and tries to write it in a dry run. */
export function listDiffPermissions(objects: readonly KubernetesManifest[]): Permission[] {
  const verbs = ['get', 'create', 'patch'];
  return removeDuplicates(objects.flatMap(listObjectPermissions).filter(({ verb }) => verbs.includes(verb)));
}

/** Lists every permission that a deploy of an environment needs. */
export function listEnvironmentPermissions(platform: Platform, environment: Environment): Permission[] {
  const { files, policyFiles } = buildEnvironment(platform, environment);
  const objects = Object.values(files).flat();
  const secrets = selectExpectedSecrets(listEnvironmentSecrets(platform, environment)).map(
    ({ namespaceScope, name }) => {
      return { verb: 'get', resource: 'secrets', namespace: namespaceScope.namespace, name };
    },
  );
  return removeDuplicates([
    ...listDeployPermissions(environment.namespace, objects),
    ...secrets,
    ...listRequirementPermissions(objects),
    ...listDatabaseOperatorPermissions(environment),
    ...listKindPermissions(environment, objects),
    ...listMovePermissions(environment),
    ...listKeptVolumePermissions(environment),
    ...listAdmissionPermissions({ environment, policies: Object.values(policyFiles).flat() }),
  ]);
}

/** What is read before anything else can be checked: Helm's history, the lock, and what runs. */
const initialVerbs: readonly ResourceVerbs[] = [
  ['secrets', 'list'],
  ['leases.coordination.k8s.io', 'get'],
  ['deployments.apps', 'list'],
  ['cronjobs.batch', 'list'],
];

/**
 * What a deploy does in the environment's own namespace besides writing its objects: Helm keeps its history in Secrets, the
 * lock is a Lease, and backups and migrations are Jobs.
 */
const namespaceVerbs: readonly ResourceVerbs[] = [
  ['secrets', 'get', 'list', 'create', 'update', 'delete'],
  ['leases.coordination.k8s.io', 'get', 'create', 'update'],
  ['jobs.batch', 'get', 'list', 'create', 'patch', 'delete'],
  ['cronjobs.batch', 'get', 'list'],
];

/** What it takes to observe a rollout, explain a failure, and delete a pod that would block the rollout. */
const rolloutVerbs: readonly ResourceVerbs[] = [
  ['deployments.apps', 'list'],
  ['statefulsets.apps', 'list'],
  ['replicasets.apps', 'list'],
  // kubectl gets a pod before it reads its log.
  ['pods', 'get', 'list', 'delete'],
  ['pods/log', 'get'],
  ['events', 'list'],
];

/** Helm 4 watches the whole list of every kind that it writes, Namespaces included. */
const clusterVerbs: readonly ResourceVerbs[] = [['namespaces', 'list', 'watch']];

/** What Helm does with an object: some versions watch what others poll. */
const objectVerbs = ['get', 'list', 'watch', 'create', 'patch'] as const;

/**
 * Lists the permissions to deploy some objects to an environment's namespace, and to remove others from it. Writing a Role
 * takes the permissions that it grants.
 */
export function listDeployPermissions(namespace: string, objects: readonly KubernetesManifest[]): Permission[] {
  const namespaces = [...new Set(objects.flatMap((object) => object.metadata.namespace ?? []))];
  return removeDuplicates([
    ...listPermissions(namespaceVerbs, namespace),
    ...namespaces.flatMap((each) => listPermissions(rolloutVerbs, each)),
    ...listPermissions(clusterVerbs),
    ...objects.flatMap(listObjectPermissions),
    ...objects.flatMap(listGrantsOfRole),
  ]);
}

function listObjectPermissions(object: KubernetesManifest): Permission[] {
  const { namespace, name } = object.metadata;
  const resource = formatResource(object);
  // This permission can be granted within the Namespace. Whether it must be created, and may be, is left to the dry run.
  if (object.kind === 'Namespace') return ['get', 'patch'].map((verb) => ({ verb, resource, namespace: name, name }));
  const verbs = isRetained(object) ? objectVerbs : [...objectVerbs, 'delete'];
  return verbs.map((verb) => ({ verb, resource, namespace }));
}

/** Whether Helm leaves an object in the cluster once it is no longer in the release. */
export function isRetained({ metadata }: KubernetesManifest): boolean {
  return Object.entries(helmKeepAnnotation).every(([key, value]) => metadata.annotations?.[key] === value);
}

/** Lists what a Role or ClusterRole grants; empty for other kinds. */
function listGrantsOfRole(object: KubernetesManifest & { readonly rules?: readonly PolicyRule[] }): Permission[] {
  const { kind, metadata, rules = [] } = object;
  if (kind !== 'Role' && kind !== 'ClusterRole') return [];
  return rules.flatMap((rule) => listGrantsOfRule(rule, metadata.namespace));
}

function listGrantsOfRule(
  { apiGroups, resources, resourceNames = [], verbs }: PolicyRule,
  namespace: string | undefined,
): Permission[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  const qualified = apiGroups.flatMap((group) =>
    resources.map((resource) => (group === '' ? resource : `${resource}.${group}`)),
  );
  return qualified.flatMap((resource) =>
    verbs.flatMap((verb) => names.map((name) => ({ verb, resource, namespace, name }))),
  );
}
