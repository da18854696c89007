import type { Command } from 'commander';
import { applyWarnings } from '../../cluster/delivery';
import { isManagedByHelm, withHelmMetadata } from '../../cluster/helm-client';
import type { ClusterContext } from '../../cluster/operation-context';
import { permissionRemedy, requirePermissions, resourceOf } from '../../cluster/permissions';
import type { KubernetesManifest } from '../../manifests/manifest';
import { outdatedKubernetes } from '../../operations/deploy/preflight/cluster-requirements';
import { missingDatabaseKinds, missingDatabaseOperator } from '../../operations/deploy/preflight/database-operator';
import { diffPermissions } from '../../operations/deploy/preflight/deploy-permissions';
import { incompleteSecrets } from '../../operations/deploy/preflight/missing-secrets';
import { movedDatabaseProblems, ownerLoginProblems } from '../../operations/deploy/preflight/present-database';
import type { Environment } from '../../platform/environment';
import { OperationError, type Problem, UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { environmentSecrets } from '../../synth/environment-secrets';
import { readSynthesizedFiles } from '../../synth/manifest-files';
import { addExamples, environmentArgument, type VezaProject } from '../arguments';
import { runInCluster } from '../run-command';
import { print, printError, type System } from '../system';

export function addDiffCommand(program: Command, project: VezaProject, system: System): void {
  const command = program
    .command('diff')
    .description('Compare the manifests in dist/ with the cluster, file by file.')
    .addArgument(environmentArgument(project))
    .action((environment: Environment) => printDiff(system, project.platform, environment));
  addExamples(command, 'diff staging');
}

/** What an apply of the manifests would revert is a warning on stderr. */
async function printDiff(system: System, platform: Platform, environment: Environment): Promise<void> {
  const stated = readSynthesizedFiles(environment);
  await runInCluster(system, environment, async (context) => {
    const all = stated.flatMap(({ objects }) => objects);
    await requirePermissions(context.kubectl, diffPermissions(all), permissionRemedy(environment));
    const warnings = applyWarnings(environment, all, await context.kubectl.findAll(all));
    const missing = [
      ...(await outdatedKubernetes(context.kubectl, environment)),
      ...(await missingDatabaseOperator(context.kubectl, environment)),
      ...(await movedDatabaseProblems(context.kubectl, environment)),
      ...(await ownerLoginProblems(context.kubectl, platform, environment)),
      ...(await secretProblems(context, platform)),
    ];
    for (const warning of [...missing, ...warnings]) printError(system, `warning: ${warning}`);
    const unknown = await missingDatabaseKinds(context.kubectl, environment);
    for (const { path, objects } of stated) {
      const known = objects.filter((object) => !unknown.includes(resourceOf(object)));
      print(system, await fileDiff(context, path, known));
    }
  });
}

/** What an empty cluster lacks is not reported. A user who may compare objects may lack the permission to read Secrets. */
async function secretProblems(
  { kubectl, environment }: ClusterContext,
  platform: Platform,
): Promise<readonly Problem[]> {
  try {
    return await incompleteSecrets(kubectl, environmentSecrets(platform, environment));
  } catch (error) {
    if (error instanceof UsageError || error instanceof OperationError)
      return error.problems.map((problem) => `Secrets were not checked: ${problem}`);
    throw error;
  }
}

async function fileDiff(
  { kubectl, environment }: ClusterContext,
  file: string,
  objects: readonly KubernetesManifest[],
): Promise<string> {
  const { namespace: release } = environment;
  // A file creates the namespace of its objects, or its objects are in one that another file creates.
  const created = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  const namespace = created ?? objects.find(({ metadata }) => metadata.namespace)?.metadata.namespace ?? release;
  const found = await kubectl.find(`namespace/${namespace}`);
  if (!found) return allNew(file, objects, namespace);
  const wanted = isManagedByHelm(found) ? withHelmMetadata(objects, release) : objects;
  const differences = await kubectl.diff(wanted);
  return differences === '' ? `${file}: no difference` : differences;
}

/** Without its namespace the server refuses even to compare what would be in it. */
function allNew(file: string, objects: readonly KubernetesManifest[], namespace: string): string {
  const all = `all new: namespace ${namespace} does not exist yet, so all ${objects.length} objects would be created`;
  return [`${file}: ${all}`, ...objects.map(({ kind, metadata }) => `+ ${kind}/${metadata.name}`)].join('\n');
}
