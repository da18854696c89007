import type { HelmClient, Revision } from '../../cluster/helm-client';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { OperationLock } from '../../cluster/operation-lock';
import type { Progress } from '../../cluster/progress';
import type { Clock } from '../../cluster/wait';
import type { KubernetesManifest } from '../../manifests/manifest';
import type { Environment } from '../../platform/environment';
import { OperationError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { type Manifests, renderEnvironment } from '../../synth/render-environment';
import { requireAccess } from './preflight/access';
import { activeRestoreProblems, type PreflightResult, preflight } from './preflight/preflight';
import { deployedObjects, diffRelease } from './release-diff';
import { type ReleaseChange, releaseLabel, runningReleases, withReleases } from './target-releases';

/** What is to be deployed, and how far to go. */
export interface DeployRequest extends ReleaseChange {
  readonly platform: Platform;
  /** The environment as its data states it. */
  readonly environment: Environment;
  /** Whether nothing is to change. */
  readonly dryRun: boolean;
  /** Why the database is not backed up first, if it is not. */
  readonly skipBackup: string | undefined;
}

/** What a deploy is going to do. */
export interface DeployPlan {
  readonly platform: Platform;
  /** The environment as it is to be. */
  readonly environment: Environment;
  /** What is deployed, for people. */
  readonly release: string;
  /** Why the database is not backed up first, if it is not. */
  readonly skipBackup: string | undefined;
  readonly manifests: Manifests;
  /** Helm's history when the plan was made. */
  readonly history: readonly Revision[];
  /** Objects that cannot be tried before their namespace exists. */
  readonly unvalidated: readonly KubernetesManifest[];
}

/**
 * Looks at everything and changes nothing. Waits until nobody else is at work, and says what will change.
 * @throws OperationError that names everything that is missing or refused
 */
export async function planDeploy(order: DeployRequest, crew: DeployContext): Promise<DeployPlan> {
  const { kubectl, helm, lease, progress } = crew;
  const access = await requireAccess(kubectl, order.platform, order.environment);
  if (!order.dryRun) await lease.waitUntilFree();
  const history = await helm.history();
  const running = await runningReleases(kubectl, order.platform, order.environment, order);
  const environment = withReleases(order.environment, order, running);
  const release = releaseLabel(environment);
  progress.step(`check whether ${environment.name} can take ${release}`);
  const manifests = renderEnvironment(order.platform, environment);
  const released = await deployedObjects(helm, history);
  const found = await preflight(kubectl, { platform: order.platform, environment, manifests, released, access });
  progress.succeed(`${manifests.objects.length} objects are in order`);
  await printChanges(found, released, order, crew);
  const { platform, skipBackup } = order;
  return { platform, environment, release, skipBackup, manifests, history, unvalidated: found.unvalidated };
}

async function printChanges(
  found: PreflightResult,
  released: readonly KubernetesManifest[],
  { dryRun, environment }: DeployRequest,
  { kubectl, say }: DeployContext,
): Promise<void> {
  const { diff, objects } = await diffRelease(kubectl, found, { release: environment.namespace, released });
  if (dryRun && diff !== '') say(diff);
  for (const warning of found.warnings) say(`warning: ${warning}`);
  for (const object of objects) say(`  ${object}`);
  const { unvalidated: untried } = found;
  if (untried.length > 0) say(`  adds ${untried.length} objects in namespaces that do not exist yet`);
  if (objects.length + untried.length === 0) say('  nothing differs from what runs');
}

/**
 * Helm's history now that the lock is held.
 * @throws OperationError if a restore has paused the environment
 */
export async function historyUnderLock(
  { namespace }: Pick<Environment, 'namespace'>,
  { helm, kubectl }: Pick<DeployContext, 'helm' | 'kubectl'>,
): Promise<readonly Revision[]> {
  const problems = await activeRestoreProblems(kubectl, namespace);
  if (problems.length > 0) throw new OperationError(problems);
  return helm.history();
}

/** The revision that was deployed since a plan was made, while it waited for a confirmation or for the lock. */
export function overtakenBy(planned: readonly Revision[], now: readonly Revision[]): Revision | undefined {
  const last = now.at(-1);
  return last?.revision === planned.at(-1)?.revision ? undefined : last;
}

/** Who does the work of a deploy, and who is told. */
export interface DeployContext {
  readonly kubectl: KubernetesClient;
  readonly helm: HelmClient;
  /** The right to change the environment. */
  readonly lease: OperationLock;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Writes a line for the user. */
  readonly say: (line: string) => void;
  /** Tries the public services until the signal; raises a OperationError of those that do not answer. */
  readonly smoke: (signal: AbortSignal) => Promise<void>;
}
