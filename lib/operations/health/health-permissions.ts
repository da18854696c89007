import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { distinctPermissions, type Permission, requirePermissions, resourceOf } from '../../cluster/permissions';
import { certificateNamespaces, type Environment, environmentNamespaces } from '../../platform/environment';
import type { Platform } from '../../platform/platform';
import { certificateResource, clusterResources, declaredObjects, listedResources } from './snapshot';

/** Lists the permissions of `veza health`. It lists the kinds that it checks, and gets what the manifests declare. */
export function healthPermissions(platform: Platform, environment: Environment): Permission[] {
  const { namespace } = environment;
  const lists = environmentNamespaces(environment).flatMap((place) =>
    listedResources.map((resource) => ({ verb: 'list', resource, namespace: place })),
  );
  const gets = declaredObjects(platform, environment).map((object) => {
    const { name, namespace: place } = object.metadata;
    const permission = { verb: 'get', resource: resourceOf(object), namespace: place };
    // A Namespace can be granted within itself.
    return object.kind === 'Namespace' ? { ...permission, namespace: name, name } : permission;
  });
  const databases = environment.database.kind === 'cluster' ? clusterResources : [];
  const custom = [
    ...certificateNamespaces(environment).map((place) => ({ resource: certificateResource, namespace: place })),
    ...databases.map((resource) => ({ resource, namespace })),
  ];
  return distinctPermissions([...lists, ...custom.map((each) => ({ verb: 'list', ...each })), ...gets]);
}

/**
 * Makes sure that the user can read everything that `veza health` checks.
 * @throws UsageError that names every missing permission
 */
export async function requireHealthPermissions(
  kubectl: KubernetesClient,
  platform: Platform,
  environment: Environment,
): Promise<void> {
  const remedy = `\`npx veza permissions ${environment.name} --for health\` prints the roles that grant them`;
  await requirePermissions(kubectl, healthPermissions(platform, environment), remedy);
}
