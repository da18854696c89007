import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import type { ClusterContext } from '../../../cluster/operation-context';
import { missingPermissions } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { LoginRole } from '../../../platform/database-roles';
import type { Environment } from '../../../platform/environment';
import { postgresFiles } from '../../../platform/postgres-pod';
import { type InClusterDatabase, serverRoles } from '../../../platform/settings/database';
import { podOf, serverPods } from '../../restore/server-pods';

/** A ConfigMap with the scripts that reconcile the roles, and what each role may do. */
type RolesConfig = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

type Login = Pick<LoginRole, 'role' | 'access'>;

/**
 * Names services that will go on acting as the owner of the database, although they are stated to own their tables: a schema of
 * their own would hide tables of an older release. The database is asked only if the release that runs does not state it yet,
 * and by those who may run commands in its pod.
 * @param objects what is to be deployed
 */
export async function hiddenTablesWarnings(
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
  if ((await missingPermissions(kubectl, [{ verb: 'create', resource: 'pods/exec', namespace }])).length > 0) return [];
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
  const target = serverPods(database).server;
  const variables = { name, owner: user, logins: data[postgresFiles.logins] ?? '[]', ON_ERROR_STOP: '1' };
  const output = await kubectl.exec(await podOf(context, target), environment.namespace, {
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
