import type { ClusterContext } from '../../cluster/operation-context';
import { type Permission, permissionsOf, type ResourceVerbs, requirePermissions } from '../../cluster/permissions';

/** What a restore does in the namespace of its environment: it holds the lock, pauses workloads, and runs Jobs and scripts. */
const restoreVerbs: readonly ResourceVerbs[] = [
  ['leases.coordination.k8s.io', 'get', 'create', 'update'],
  ['cronjobs.batch', 'get', 'list', 'patch'],
  ['deployments.apps', 'get', 'list', 'patch'],
  ['statefulsets.apps', 'get', 'list', 'patch'],
  ['jobs.batch', 'get', 'list', 'create', 'delete'],
  ['pods', 'get', 'list'],
  ['pods/log', 'get'],
  ['pods/exec', 'create'],
];

/** Lists the permissions of `veza restore`. */
export function restorePermissions({ namespace }: { readonly namespace: string }): Permission[] {
  return permissionsOf(restoreVerbs, namespace);
}

/**
 * Makes sure that the user may do everything that a restore does, before it takes the lock.
 * @throws UsageError that names every missing permission
 */
export async function requireRestorePermissions({ kubectl, environment }: ClusterContext): Promise<void> {
  const remedy = `\`npx veza permissions ${environment.name} --for restore\` prints roles that grant them`;
  await requirePermissions(kubectl, restorePermissions(environment), remedy);
}
