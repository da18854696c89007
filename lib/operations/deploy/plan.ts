import type { Revision } from '../../cluster/helm-client';
import type { KubernetesManifest } from '../../manifests/manifest';
import { OperationError } from '../../platform/errors';
import { renderEnvironment } from '../../synth/render-environment';
import type { DeployContext, DeployPlan, DeployRequest, ReleaseContext } from './deploy-context';
import { requireDeployPermissions } from './preflight/deploy-permissions';
import { activeRestoreProblems, type PreflightResult, preflight } from './preflight/preflight';
import { deployedObjects, diffRelease } from './release-diff';
import { releaseLabel, runningReleases, withReleases } from './target-releases';

/**
 * Checks everything and changes nothing: waits until the lock is free, runs the preflight checks, prints the changes.
 *
 * @throws OperationError or UsageError that names everything that is missing or rejected
 */
export async function planDeploy(request: DeployRequest, context: DeployContext): Promise<DeployPlan> {
  const { kubectl, helm, lock, platform, progress } = context;
  const permissions = await requireDeployPermissions(kubectl, platform, context.environment);
  if (!request.dryRun) await lock.waitUntilFree();
  const history = await helm.history();
  const running = await runningReleases(kubectl, platform, context.environment, request);
  const environment = withReleases(context.environment, request, running);
  const release = releaseLabel(environment);
  progress.step(`Checking whether ${release} can be deployed to ${environment.name}`);
  const manifests = renderEnvironment(platform, environment);
  const released = await deployedObjects(helm, history);
  const result = await preflight(kubectl, { platform, environment, manifests, released, permissions });
  progress.succeed(`Checked ${manifests.objects.length} objects: ${release} can be deployed to ${environment.name}`);
  await printChanges(result, released, request, context);
  const { skipBackup } = request;
  return { environment, release, skipBackup, manifests, history, unvalidated: result.unvalidated };
}

async function printChanges(
  result: PreflightResult,
  released: readonly KubernetesManifest[],
  { dryRun }: DeployRequest,
  { kubectl, environment, print }: DeployContext,
): Promise<void> {
  const { diff, objects } = await diffRelease(kubectl, result, { release: environment.namespace, released });
  if (dryRun && diff !== '') print(diff);
  for (const warning of result.warnings) print(`warning: ${warning}`);
  for (const object of objects) print(`  ${object}`);
  const { unvalidated } = result;
  if (unvalidated.length > 0) print(`  adds ${unvalidated.length} objects in namespaces that do not exist yet`);
  if (objects.length + unvalidated.length === 0) print('  no changes');
}

/**
 * Reads Helm's history once the lock is held.
 *
 * @throws OperationError if a restore has paused the environment
 */
export async function historyUnderLock({
  environment: { namespace },
  helm,
  kubectl,
}: Pick<ReleaseContext, 'environment' | 'helm' | 'kubectl'>): Promise<readonly Revision[]> {
  const problems = await activeRestoreProblems(kubectl, namespace);
  if (problems.length > 0) throw new OperationError(problems);
  return helm.history();
}

/** The revision that was deployed after a plan was made; undefined if the plan is still current. */
export function overtakenBy(planned: readonly Revision[], now: readonly Revision[]): Revision | undefined {
  const last = now.at(-1);
  return last?.revision === planned.at(-1)?.revision ? undefined : last;
}
