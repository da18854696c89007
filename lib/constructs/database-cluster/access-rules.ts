import { backupWorkloads } from '../../platform/backup-names';
import { clusterRoles } from '../../platform/postgres-cluster';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { serverRoles } from '../../platform/settings/database-login';
import type { ClusterSpec } from './custom-kinds';

/** The selectors of pods that the access rules name. */
type Selectors = ClusterSpec['podSelectorRefs'];

/**
 * Pods that may connect, by the names that the access rules give them. The operator puts the addresses of the pods into the
 * rules, so that a role's password alone is of no use elsewhere.
 * @param clients workloads whose pods log in as the services do
 */
export function clientSelectors(clients: readonly string[]): Selectors {
  const pods = (name: string, workloads: readonly string[]) => ({
    name,
    selector: { matchExpressions: [{ key: 'app', operator: 'In', values: [...workloads] }] },
  });
  return [pods('services', clients), pods('backup', [backupWorkloads.backup]), pods('roles', [clusterRoles])];
}

/**
 * Which roles can connect over the network, and how they authenticate. The operator's own rules for standbys come first.
 * Connections that match no line are refused, unencrypted ones too. Quotes keep a name like `all` from being a keyword.
 */
export function accessRules({ name, user }: Pick<ClusterDatabase, 'name' | 'user'>): string[] {
  const { backup, exporter, superuser } = serverRoles;
  const rule = (database: string, role: string, selector: string) =>
    `hostssl ${database} ${role} \${podselector:${selector}} scram-sha-256`;
  return [
    rule(`"${name}"`, `"${user}"`, 'services'),
    rule('all', backup, 'backup'),
    rule('all', superuser, 'roles'),
    rule(`"${name}"`, exporter, 'roles'),
    'host all all all reject',
  ];
}
