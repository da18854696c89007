import type { Command } from 'commander';
import { findApplyWarnings } from '../../cluster/delivery';
import { addHelmMetadata, isManagedByHelm } from '../../cluster/helm-client';
import type { ClusterContext } from '../../cluster/operation-context';
import { formatPermissionRemedy, formatResource, requirePermissions } from '../../cluster/permissions';
import type { KubernetesManifest } from '../../manifests/manifest';
import { findOutdatedKubernetes } from '../../operations/deploy/preflight/cluster-requirements';
import {
  findMissingDatabaseKinds,
  findMissingDatabaseOperator,
} from '../../operations/deploy/preflight/database-operator';
import { listDiffPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { findIncompleteSecrets } from '../../operations/deploy/preflight/missing-secrets';
import { findMovedDatabase, findOwnerLogins } from '../../operations/deploy/preflight/present-database';
import type { Environment } from '../../platform/environment';
import { OperationError, type Problem, UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { listEnvironmentSecrets } from '../../synth/environment-secrets';
import { readSynthesizedFiles } from '../../synth/manifest-files';
import { addExamples, createEnvironmentArgument, type VezaProject } from '../arguments';
import { runInCluster } from '../run-command';
import { print, printError, type System } from '../system';

export function addDiffCommand(program: Command, project: VezaProject, system: System): void {
  const command = program
    .command('diff')
    .description('Compare the manifests in dist/ with the cluster, file by file.')
    .addArgument(createEnvironmentArgument(project))
    .action((environment: Environment) => printDiff(system, project.platform, environment));
  addExamples(command, 'diff staging');
}

/** What an apply of the manifests would revert is a warning on stderr. */
async function printDiff(system: System, platform: Platform, environment: Environment): Promise<void> {
  const stated = readSynthesizedFiles(environment);
  await runInCluster(system, environment, async (context) => {
    const all = stated.flatMap(({ objects }) => objects);
    await requirePermissions(context.kubectl, listDiffPermissions(all), formatPermissionRemedy(environment));
    const warnings = findApplyWarnings(environment, all, await context.kubectl.findAll(all));
    const missing = [
      ...(await findOutdatedKubernetes(context.kubectl, environment)),
      ...(await findMissingDatabaseOperator(context.kubectl, environment)),
      ...(await findMovedDatabase(context.kubectl, environment)),
      ...(await findOwnerLogins(context.kubectl, platform, environment)),
      ...(await findSecretProblems(context, platform)),
    ];
    for (const warning of [...missing, ...warnings]) printError(system, `warning: ${warning}`);
    const unknown = await findMissingDatabaseKinds(context.kubectl, environment);
    for (const { path, objects } of stated) {
      const known = objects.filter((object) => !unknown.includes(formatResource(object)));
      print(system, await compareFile(context, path, known));
    }
  });
}

/** What an empty cluster lacks is not reported. A user who may compare objects may lack the permission to read Secrets. */
async function findSecretProblems(
  { kubectl, environment }: ClusterContext,
  platform: Platform,
): Promise<readonly Problem[]> {
  try {
    return await findIncompleteSecrets(kubectl, listEnvironmentSecrets(platform, environment));
  } catch (error) {
    if (error instanceof UsageError || error instanceof OperationError)
      return error.problems.map((problem) => `Secrets were not checked: ${problem}`);
    throw error;
  }
}

async function compareFile(
  { kubectl, environment }: ClusterContext,
  file: string,
  objects: readonly KubernetesManifest[],
): Promise<string> {
  const { namespace: release } = environment;
  // A file creates the namespace of its objects, or its objects are in one that another file creates.
  const created = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  const namespace = created ?? objects.find(({ metadata }) => metadata.namespace)?.metadata.namespace ?? release;
  const found = await kubectl.find(`namespace/${namespace}`);
  if (!found) return describeNewFile(file, objects, namespace);
  const wanted = isManagedByHelm(found) ? addHelmMetadata(objects, release) : objects;
  const differences = await kubectl.diff(wanted);
  return differences === '' ? `${file}: no difference` : differences;
}

/** Without its namespace the server refuses even to compare what would be in it. */
function describeNewFile(file: string, objects: readonly KubernetesManifest[], namespace: string): string {
  const all = `all new: namespace ${namespace} does not exist yet, so all ${objects.length} objects would be created`;
  return [`${file}: ${all}`, ...objects.map(({ kind, metadata }) => `+ ${kind}/${metadata.name}`)].join('\n');
}
