import type { ClusterContext } from '../../cluster/operation-context';
import { type Permission, permissionsOf, type ResourceVerbs, requirePermissions } from '../../cluster/permissions';

/** Backups are made, copied and listed by Jobs; their logs have the results. */
const backupVerbs: readonly ResourceVerbs[] = [
  ['cronjobs.batch', 'get'],
  ['jobs.batch', 'get', 'list', 'create', 'delete'],
  ['pods', 'get', 'list'],
  ['pods/log', 'get'],
];

/** Lists the permissions of `veza backup`. */
export function backupPermissions({ namespace }: { readonly namespace: string }): Permission[] {
  return permissionsOf(backupVerbs, namespace);
}

/**
 * Makes sure that the user may create and list backups.
 * @throws UsageError that names every missing permission
 */
export async function requireBackupPermissions({ kubectl, environment }: ClusterContext): Promise<void> {
  const remedy = `\`npx veza permissions ${environment.name}\` prints roles that grant them`;
  await requirePermissions(kubectl, backupPermissions(environment), remedy);
}
