import { backupWorkloads } from '../../platform/backup-names';
import type { LoginRole } from '../../platform/database-roles';
import { clusterRoles } from '../../platform/postgres-cluster';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { serverRoles } from '../../platform/settings/database-server';
import type { ClusterSpec } from './custom-kinds';

/** The selectors of pods that the access rules name. */
type Selectors = ClusterSpec['podSelectorRefs'];

/**
 * Pods that may connect, by the names that the access rules give them. The operator puts the addresses of the pods into the
 * rules, so that a role's password alone is of no use elsewhere.
 */
export function clientSelectors(roles: readonly LoginRole[]): Selectors {
  const pods = (name: string, workloads: readonly string[]) => ({
    name,
    selector: { matchExpressions: [{ key: 'app', operator: 'In', values: [...workloads] }] },
  });
  return [
    ...roles.map((role) => pods(selectorName(role), role.workloads)),
    pods('backup', [backupWorkloads.backup]),
    pods('roles', [clusterRoles]),
  ];
}

/** The workload that logs in with a role; several do with the owner's. */
function selectorName({ workloads, access }: LoginRole): string {
  return access.kind === 'owner' ? 'services' : workloads.join('-');
}

/**
 * Which roles can connect over the network, and how they authenticate. The operator's own rules for standbys come first.
 * Connections that match no line are refused, unencrypted ones too. Quotes keep a name like `all` from being a keyword.
 */
export function accessRules({ name }: Pick<ClusterDatabase, 'name'>, roles: readonly LoginRole[]): string[] {
  const { backup, exporter, superuser } = serverRoles;
  const rule = (database: string, role: string, selector: string) =>
    `hostssl ${database} ${role} \${podselector:${selector}} scram-sha-256`;
  return [
    ...roles.map((login) => rule(`"${name}"`, `"${login.role}"`, selectorName(login))),
    rule('all', backup, 'backup'),
    rule('all', superuser, 'roles'),
    rule(`"${name}"`, exporter, 'roles'),
    'host all all all reject',
  ];
}
