import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import type { PodOwner } from '../../../cluster/kubernetes-types';
import type { ClusterContext } from '../../../cluster/operation-context';
import { findMissingPermissions, type Permission } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import {
  findMigrationRole,
  isOwnerLoginAllowed,
  type LoginRole,
  listDatabaseRoles,
} from '../../../platform/database-roles';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import type { Platform } from '../../../platform/platform';
import { clusterLabels, clusterRoles } from '../../../platform/postgres-cluster';
import { movedToAnnotation, postgresFiles, postgresServer } from '../../../platform/postgres-pod';
import { type InClusterDatabase, postgresHost, serverRoles } from '../../../platform/settings/database';
import { findPod, selectServerPods } from '../../restore/server-pods';

interface Server extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
}

interface Service extends KubernetesObject {
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}

/** Lists the permissions to find out where the data is. */
export function listMovePermissions({ namespace, database }: Environment): Permission[] {
  if (database.kind === 'managed') return [];
  return ['services', 'statefulsets.apps'].map((resource) => ({ verb: 'get', resource, namespace }));
}

/** Finds data that a deploy would leave behind: another kind of database, or another Cluster, has what services use now. */
export async function findMovedDatabase(
  kubectl: KubernetesClient,
  { name, namespace, database }: Environment,
): Promise<Problem[]> {
  if (database.kind === 'managed') return [];
  const service = await kubectl.find<Service>(`service/${postgresHost}`, namespace);
  const current = service?.spec.selector?.[clusterLabels.cluster];
  if (database.kind !== 'cluster') return current === undefined ? [] : [inCluster(name, current)];
  if (current === database.cluster) return [];
  if (current !== undefined) return [inOtherCluster(name, database.cluster, current)];
  const server = await kubectl.find<Server>(`statefulset/${postgresServer.workload}`, namespace);
  if (server === undefined || server.metadata.annotations?.[movedToAnnotation] !== undefined) return [];
  return [
    `the database of ${name} is in StatefulSet ${postgresServer.workload}, but the environment states a cluster: services ` +
      `would find an empty database. Move it first: npx veza database move ${name}`,
  ];
}

function inCluster(environment: string, cluster: string): Problem {
  return (
    `the database of ${environment} is in Cluster ${cluster}, but the environment states a single server: services would ` +
    'find its old data. State database.kind cluster, or follow "Back to a single server" in docs/guides/database-cluster.md first'
  );
}

function inOtherCluster(environment: string, stated: string, current: string): Problem {
  return (
    `services of ${environment} use Cluster ${current}, but the environment states ${stated}: state database.cluster ` +
    `${current}, or switch first: npx veza database switch ${environment} ${stated}`
  );
}

/**
 * Makes sure that the database's owner can be refused. Pods of releases from before roles log in as it until the new ones are
 * ready, and a migration runs before the server gets new roles.
 */
export async function findOwnerLogins(
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
  const migration = findMigrationRole(listDatabaseRoles(platform, environment))?.role;
  if (migration === undefined || known.split(' ').includes(migration)) return [];
  return [`the migration logs in as role ${migration}, which the database does not have yet; ${remedy}`];
}

/** A ConfigMap with the scripts that reconcile the roles, and what each role may do. */
type RolesConfig = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

type Login = Pick<LoginRole, 'role' | 'access'>;

/**
 * Names services that will go on acting as the owner of the database, although they are stated to own their tables: a schema of
 * their own would hide tables of an older release. The database is asked only if the release that runs does not state it yet,
 * and by those who may run commands in its pod.
 * @param objects what is to be deployed
 */
export async function findHiddenTables(
  kubectl: KubernetesClient,
  environment: Environment,
  objects: readonly KubernetesManifest[],
): Promise<string[]> {
  const { database, namespace } = environment;
  const config = objects
    .map((object): RolesConfig => object)
    .find(({ data }) => data?.[postgresFiles.hiddenTablesSql] !== undefined);
  if ((database.kind !== 'single' && database.kind !== 'cluster') || config === undefined) return [];
  const running = await kubectl.find<RolesConfig>(`configmap/${config.metadata.name}`, namespace);
  const known = makersOf(running);
  if (running === undefined || makersOf(config).every((role) => known.includes(role))) return [];
  if ((await findMissingPermissions(kubectl, [{ verb: 'create', resource: 'pods/exec', namespace }])).length > 0)
    return [];
  return askServer({ kubectl, environment }, database, config);
}

/** Runs the script that the new server will run before it changes anything. Its first line is the roles as they are to be. */
async function askServer(
  context: ClusterContext,
  database: InClusterDatabase,
  { data = {} }: RolesConfig,
): Promise<string[]> {
  const { kubectl, environment } = context;
  const { name, user } = database;
  const target = selectServerPods(database).server;
  const variables = { name, owner: user, logins: data[postgresFiles.logins] ?? '[]', ON_ERROR_STOP: '1' };
  const output = await kubectl.exec(await findPod(context, target), environment.namespace, {
    container: target.container,
    command: [
      'psql',
      `--username=${serverRoles.superuser}`,
      `--dbname=${serverRoles.superuser}`,
      ...['--no-psqlrc', '--quiet', '--tuples-only', '--no-align'],
      ...Object.entries(variables).map(([variable, value]) => `--set=${variable}=${value}`),
      '--file=-',
    ],
    input: data[postgresFiles.hiddenTablesSql],
  });
  return output
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
}

/** Names the services that make tables of their own. Releases before roles have no list of them. */
function makersOf(config: Pick<RolesConfig, 'data'> | undefined): string[] {
  const logins: Login[] = JSON.parse(config?.data?.[postgresFiles.logins] ?? '[]');
  return logins.filter(({ access }) => access.kind === 'maker').map(({ role }) => role);
}
