import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import type { ClusterContext } from '../../../cluster/operation-context';
import { requirePermissions } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { LoginRole } from '../../../platform/database-roles';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import { postgresFiles } from '../../../platform/postgres-pod';
import { type InClusterDatabase, serverRoles } from '../../../platform/settings/database';
import { type ExecTarget, podOf, serverPods } from '../../restore/server-pods';

/** A ConfigMap with the scripts that reconcile the roles, and what each role may do. */
type RolesConfig = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

type Login = Pick<LoginRole, 'role' | 'access'>;

/**
 * Finds tables that services would no longer find after a deploy, since each would get a schema of its own. The database is
 * asked only if the release that runs does not keep the tables of these services apart yet.
 * @param objects what is to be deployed
 */
export async function hiddenTablesProblems(
  kubectl: KubernetesClient,
  environment: Environment,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const { database, namespace } = environment;
  const config = rolesConfig(objects);
  if ((database.kind !== 'single' && database.kind !== 'cluster') || config === undefined) return [];
  const running = await kubectl.find<RolesConfig>(`configmap/${config.metadata.name}`, namespace);
  const known = makersOf(running);
  if (running === undefined || makersOf(config).every((role) => known.includes(role))) return [];
  const context = { kubectl, environment };
  const needed = { verb: 'create', resource: 'pods/exec', namespace };
  const remedy = `the database is asked whose its tables are; \`npx veza permissions ${environment.name} --for restore\` prints roles that grant it`;
  await requirePermissions(kubectl, [needed], remedy);
  return askForHiddenTables(context, database, serverPods(database).server, config);
}

/**
 * The same for a database server that the services of an environment use.
 * @param target container of that server
 * @param objects the manifests of the server that is to have its data
 */
export function hiddenTablesOf(
  context: ClusterContext,
  database: InClusterDatabase,
  target: ExecTarget,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const config = rolesConfig(objects);
  return config === undefined ? Promise.resolve([]) : askForHiddenTables(context, database, target, config);
}

/** Runs the script that the new server will run before it changes anything. */
async function askForHiddenTables(
  context: ClusterContext,
  { name, user }: InClusterDatabase,
  target: ExecTarget,
  { data = {} }: RolesConfig,
): Promise<Problem[]> {
  if (makersOf({ data }).length === 0) return [];
  const variables = { name, owner: user, logins: data[postgresFiles.logins] ?? '[]', ON_ERROR_STOP: '1' };
  const output = await context.kubectl.exec(await podOf(context, target), context.environment.namespace, {
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
  return output.split('\n').filter((line) => line !== '');
}

function rolesConfig(objects: readonly KubernetesManifest[]): RolesConfig | undefined {
  const configs = objects.filter(({ kind }) => kind === 'ConfigMap') as RolesConfig[];
  return configs.find(({ data }) => data?.[postgresFiles.hiddenTablesSql] !== undefined);
}

/** Names the services that make tables of their own. Releases before roles have no list of them. */
function makersOf(config: Pick<RolesConfig, 'data'> | undefined): string[] {
  const logins: Login[] = JSON.parse(config?.data?.[postgresFiles.logins] ?? '[]');
  return logins.filter(({ access }) => access.kind === 'maker').map(({ role }) => role);
}
