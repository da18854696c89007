import type { Revision } from '../../cluster/helm-client';
import { OperationError } from '../../platform/errors';
import { renderEnvironment } from '../../synth/render-environment';
import type { DeployContext, DeployPlan, DeployRequest, ReleaseContext } from './deploy-context';
import { requireDeployPermissions } from './preflight/deploy-permissions';
import { findActiveRestore, type PreflightInput, runPreflight } from './preflight/preflight';
import { diffRelease, readDeployedObjects } from './release-diff';
import { formatReleases, readRunningReleases, withReleases } from './target-releases';

/**
 * Checks everything and changes nothing: waits until the lock is free, runs the preflight checks, prints the changes.
 *
 * @throws OperationError or UsageError that names everything that is missing or rejected
 */
export async function planDeploy(request: DeployRequest, context: DeployContext): Promise<DeployPlan> {
  const { kubectl, helm, lock, platform, print } = context;
  const permissions = await requireDeployPermissions(kubectl, platform, context.environment);
  if (!request.dryRun) await lock.waitUntilFree();
  const history = await helm.history();
  const released = await readDeployedObjects(helm, history);
  const { environment, release, manifests, unvalidated, changes } = await checkRelease(request, context, {
    permissions,
    released,
  });
  if (unvalidated.length > 0) print(`  adds ${unvalidated.length} objects in namespaces that do not exist yet`);
  if (changes + unvalidated.length === 0) print('  no changes');
  return { environment, release, skipBackup: request.skipBackup, manifests, history, unvalidated };
}

/** A release that can be deployed. */
interface CheckedRelease extends Pick<DeployPlan, 'environment' | 'release' | 'manifests' | 'unvalidated'> {
  /** Number of objects that it changes. */
  readonly changes: number;
}

/**
 * Runs the preflight checks of a release, and prints what it would change.
 *
 * @throws OperationError or UsageError that names everything that is missing or rejected
 */
export async function checkRelease(
  request: DeployRequest,
  { kubectl, platform, environment: stated, progress, print }: Omit<DeployContext, 'helm' | 'lock'>,
  { permissions, released }: Pick<PreflightInput, 'permissions' | 'released'>,
): Promise<CheckedRelease> {
  const environment = withReleases(stated, request, await readRunningReleases(kubectl, platform, stated, request));
  const release = formatReleases(environment);
  progress.step(`Checking whether ${release} can be deployed to ${environment.name}`);
  const manifests = renderEnvironment(platform, environment);
  const result = await runPreflight(kubectl, { platform, environment, manifests, released, permissions });
  progress.succeed(`Checked ${manifests.objects.length} objects: ${release} can be deployed to ${environment.name}`);
  const { diff, objects } = await diffRelease(kubectl, result, { release: environment.namespace, released });
  if (request.dryRun && diff !== '') print(diff);
  for (const warning of result.warnings) print(`warning: ${warning}`);
  for (const object of objects) print(`  ${object}`);
  return { environment, release, manifests, unvalidated: result.unvalidated, changes: objects.length };
}

/**
 * Reads Helm's history once the lock is held.
 *
 * @throws OperationError if a restore has paused the environment
 */
export async function readHistoryUnderLock({
  environment: { namespace },
  helm,
  kubectl,
}: Pick<ReleaseContext, 'environment' | 'helm' | 'kubectl'>): Promise<readonly Revision[]> {
  const problems = await findActiveRestore(kubectl, namespace);
  if (problems.length > 0) throw new OperationError(problems);
  return helm.history();
}

/** The revision that was deployed after a plan was made; undefined if the plan is still current. */
export function findLaterRevision(planned: readonly Revision[], now: readonly Revision[]): Revision | undefined {
  const last = now.at(-1);
  return last?.revision === planned.at(-1)?.revision ? undefined : last;
}
