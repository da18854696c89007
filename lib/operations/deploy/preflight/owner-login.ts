import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { PodOwner } from '../../../cluster/kubernetes-types';
import { databaseRoles, isOwnerLoginAllowed, roleOfMigration } from '../../../platform/database-roles';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import type { Platform } from '../../../platform/platform';
import { clusterRoles } from '../../../platform/postgres-cluster';
import { postgresServer } from '../../../platform/postgres-pod';

/**
 * Makes sure that the database's owner can be refused. Pods of releases from before roles log in as it until the new ones are
 * ready, and a migration runs before the server gets new roles.
 */
export async function ownerLoginProblems(
  kubectl: KubernetesClient,
  platform: Platform,
  environment: Environment,
): Promise<Problem[]> {
  const { name, namespace, database } = environment;
  if ((database.kind !== 'single' && database.kind !== 'cluster') || isOwnerLoginAllowed(database)) return [];
  const workload = database.kind === 'single' ? `statefulset/${postgresServer.workload}` : `deployment/${clusterRoles}`;
  const present = await kubectl.find<PodOwner>(workload, namespace);
  if (present === undefined) return [];
  const remedy = `state allowed in ${name}.database.ownerLogin, deploy, and then state denied`;
  const known = present.spec.template.spec.containers
    .flatMap(({ env = [] }) => env)
    .find((variable) => variable.name === 'DB_ROLES')?.value;
  if (known === undefined) return [`the deployed release logs in to the database as ${database.user}; ${remedy}`];
  const migration = roleOfMigration(databaseRoles(platform, environment))?.role;
  if (migration === undefined || known.split(' ').includes(migration)) return [];
  return [`the database has no role ${migration} yet, which the migration logs in as; ${remedy}`];
}
