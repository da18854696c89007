import type { ClusterContext } from '../../cluster/operation-context';
import { type Permission, permissionsOf, type ResourceVerbs, requirePermissions } from '../../cluster/permissions';
import type { Environment } from '../../platform/environment';
import { databaseOperatorPermissions } from '../deploy/preflight/database-operator';
import { restorePermissions } from '../restore/restore-permissions';

/** What moving, recovering and switching a database cluster does besides what a restore does. */
const clusterVerbs: readonly ResourceVerbs[] = [
  ['clusters.postgresql.cnpg.io', 'get', 'create', 'patch'],
  ['scheduledbackups.postgresql.cnpg.io', 'get', 'create', 'patch'],
  ['objectstores.barmancloud.cnpg.io', 'get', 'create', 'patch'],
  ['services', 'get', 'create', 'patch'],
  ['configmaps', 'get', 'create', 'patch'],
  ['serviceaccounts', 'get', 'create', 'patch'],
  ['deployments.apps', 'get', 'create', 'patch'],
  ['networkpolicies.networking.k8s.io', 'get', 'create', 'patch', 'delete'],
  ['resourcequotas', 'get', 'create', 'patch'],
  ['limitranges', 'get', 'create', 'patch'],
  ['secrets', 'get', 'patch'],
];

/** Lists the permissions of `veza database` and `veza restore --to`. */
export function databasePermissions(environment: Environment): Permission[] {
  return [
    ...restorePermissions(environment),
    ...permissionsOf(clusterVerbs, environment.namespace),
    ...databaseOperatorPermissions(environment),
  ];
}

/**
 * Makes sure that the user may do all that a move or a recovery does, before it takes the lock.
 * @throws UsageError that names every missing permission
 */
export async function requireDatabasePermissions({ kubectl, environment }: ClusterContext): Promise<void> {
  await requirePermissions(kubectl, databasePermissions(environment), 'ask an administrator for them');
}
