import { distinctPermissions, type Permission } from '../../../cluster/permissions';
import { resourceOf } from '../../../cluster/resources';
import { helmKeepAnnotation } from '../../../constructs/kubernetes/metadata';
import type { KubernetesManifest } from '../../../manifests/manifest';
import { grantedByRoles } from './granted-rights';

/** What Helm does with an object: some versions of it follow by a watch what others ask for again and again. */
const objectVerbs = ['get', 'list', 'watch', 'create', 'patch'] as const;

/** Verbs for a resource. */
type Rights = readonly [resource: string, ...verbs: string[]];

/**
 * What a deploy does in an environment's own namespace besides writing its objects: Helm keeps its history in Secrets, the
 * Lease keeps other operations out, and backups and migrations are Jobs.
 */
const home: readonly Rights[] = [
  ['secrets', 'get', 'list', 'create', 'update', 'delete'],
  ['leases.coordination.k8s.io', 'get', 'create', 'update'],
  ['jobs.batch', 'get', 'list', 'create', 'patch', 'delete'],
  ['cronjobs.batch', 'get', 'list'],
];

/** How a rollout is followed, a failure explained, and a pod replaced that would hold the rollout up. */
const watchPermissions: readonly Rights[] = [
  ['deployments.apps', 'list'],
  ['statefulsets.apps', 'list'],
  ['replicasets.apps', 'list'],
  ['pods', 'list', 'delete'],
  ['pods/log', 'get'],
  ['events', 'list'],
];

/** Helm 4 follows everything that it writes by a watch of the kind's whole list, Namespaces among it. */
const everywhere: readonly Rights[] = [['namespaces', 'list', 'watch']];

/** What is read before anything else can be checked: what was deployed, by Helm's Secrets, and who holds the Lease. */
export function beginPermissions(namespace: string): Permission[] {
  return permissionsOf(
    [
      ['secrets', 'list'],
      ['leases.coordination.k8s.io', 'get'],
      ['deployments.apps', 'list'],
      ['cronjobs.batch', 'list'],
    ],
    namespace,
  );
}

/**
 * What a user needs who deploys some objects, and removes others, in an environment's namespace. To write a Role one has
 * to hold what it grants.
 */
export function deployPermissions(namespace: string, objects: readonly KubernetesManifest[]): Permission[] {
  const namespaces = [...new Set(objects.flatMap((object) => object.metadata.namespace ?? []))];
  return distinctPermissions([
    ...permissionsOf(home, namespace),
    ...namespaces.flatMap((place) => permissionsOf(watchPermissions, place)),
    ...permissionsOf(everywhere),
    ...objects.flatMap(objectPermissions),
    ...objects.flatMap(grantedByRoles),
  ]);
}

function permissionsOf(rights: readonly Rights[], namespace?: string): Permission[] {
  return rights.flatMap(([resource, ...verbs]) => verbs.map((verb) => ({ verb, resource, namespace })));
}

function objectPermissions(object: KubernetesManifest): Permission[] {
  const { namespace, name } = object.metadata;
  const resource = resourceOf(object);
  // The right to a Namespace can be given within it. Whether one has to be made, and may be, is the dry run's to find.
  if (object.kind === 'Namespace') return ['get', 'patch'].map((verb) => ({ verb, resource, namespace: name, name }));
  const verbs = isRetained(object) ? objectVerbs : [...objectVerbs, 'delete'];
  return verbs.map((verb) => ({ verb, resource, namespace }));
}

/** Whether Helm leaves an object in the cluster that is no longer in the release. */
export function isRetained({ metadata }: KubernetesManifest): boolean {
  return Object.entries(helmKeepAnnotation).every(([key, value]) => metadata.annotations?.[key] === value);
}
