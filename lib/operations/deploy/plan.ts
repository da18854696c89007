import type { Environment } from '../../environments/environment';
import { environmentManifests, type Manifests, type SynthesizedObject } from '../../manifests';
import type { Platform } from '../../platform';
import { FailedError } from '../../problems';
import type { Revision } from '../helm';
import { requireAccess } from '../preflight/access';
import { type PreflightResult, preflight } from '../preflight/preflight';
import { restoreProblems } from '../preflight/restore';
import { changesOf } from './changes';
import type { Crew } from './crew';
import { releasedObjects } from './released-objects';
import { type Move, movedTo, releaseLabel } from './releases';
import { runningReleases } from './running-releases';

/** What is to be deployed, and how far to go. */
export interface Order extends Move {
  readonly platform: Platform;
  /** The environment as its data states it. */
  readonly environment: Environment;
  /** Whether nothing is to change. */
  readonly dryRun: boolean;
  /** Why the database is not backed up first, if it is not. */
  readonly skipBackup: string | undefined;
}

/** What a deploy is going to do. */
export interface Plan {
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
  readonly untried: readonly SynthesizedObject[];
}

/**
 * Looks at everything and changes nothing. Waits until nobody else is at work, and says what will change.
 * @throws FailedError that names everything that is missing or refused
 */
export async function makePlan(order: Order, crew: Crew): Promise<Plan> {
  const { kubectl, helm, lease, progress } = crew;
  const access = await requireAccess(kubectl, order.platform, order.environment);
  if (!order.dryRun) await lease.untilFree();
  const history = await helm.history();
  const running = await runningReleases(kubectl, order.platform, order.environment, order);
  const environment = movedTo(order.environment, order, running);
  const release = releaseLabel(environment);
  progress.step(`check whether ${environment.name} can take ${release}`);
  const manifests = environmentManifests(order.platform, environment);
  const released = await releasedObjects(helm, history);
  const found = await preflight(kubectl, { platform: order.platform, environment, manifests, released, access });
  progress.done(`${manifests.objects.length} objects are in order`);
  await tellChanges(found, released, order, crew);
  const { platform, skipBackup } = order;
  return { platform, environment, release, skipBackup, manifests, history, untried: found.untried };
}

async function tellChanges(
  found: PreflightResult,
  released: readonly SynthesizedObject[],
  { dryRun, environment }: Order,
  { kubectl, say }: Crew,
): Promise<void> {
  const { diff, objects } = await changesOf(kubectl, found, { release: environment.namespace, released });
  if (dryRun && diff !== '') say(diff);
  for (const warning of found.warnings) say(`warning: ${warning}`);
  for (const object of objects) say(`  ${object}`);
  const { untried } = found;
  if (untried.length > 0) say(`  adds ${untried.length} objects in namespaces that do not exist yet`);
  if (objects.length + untried.length === 0) say('  nothing differs from what runs');
}

/**
 * Helm's history now that the lock is held.
 * @throws FailedError if a restore has paused the environment
 */
export async function historyUnderLock(
  { namespace }: Pick<Environment, 'namespace'>,
  { helm, kubectl }: Pick<Crew, 'helm' | 'kubectl'>,
): Promise<readonly Revision[]> {
  const problems = await restoreProblems(kubectl, namespace);
  if (problems.length > 0) throw new FailedError(problems);
  return helm.history();
}

/** The revision that was deployed since a plan was made, while it waited for a confirmation or for the lock. */
export function overtakenBy(planned: readonly Revision[], now: readonly Revision[]): Revision | undefined {
  const last = now.at(-1);
  return last?.revision === planned.at(-1)?.revision ? undefined : last;
}
