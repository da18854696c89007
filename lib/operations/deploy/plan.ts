import type { Environment } from '../../environments/environment';
import { environmentManifests, type Manifests, type SynthesizedObject } from '../../manifests';
import type { Platform } from '../../platform';
import { FailedError } from '../../problems';
import type { Helm, Revision } from '../helm';
import { preflight } from '../preflight/preflight';
import { changesOf } from './changes';
import type { Crew } from './crew';
import { asHelmWrites } from './helm-metadata';
import { settledHistory } from './interrupted';
import { type Move, movedTo, releaseLabel } from './releases';
import { runningReleases } from './running-releases';

/** What is to be deployed, and how far to go. */
export interface Order extends Move {
  readonly platform: Platform;
  /** The environment as its data states it. */
  readonly environment: Environment;
  /** Whether to stop before anything changes. */
  readonly dryRun: boolean;
  /** Whether the user knows that an earlier deploy, which looks as if it were at work, is dead. */
  readonly abandoned: boolean;
}

/** What a deploy is going to do. */
export interface Plan {
  /** The environment as it is to be. */
  readonly environment: Environment;
  /** What is deployed, for people. */
  readonly release: string;
  readonly manifests: Manifests;
  /** Helm's history when the plan was made. */
  readonly history: readonly Revision[];
  /** Objects that cannot be tried before their namespace exists. */
  readonly untried: readonly SynthesizedObject[];
}

/**
 * Looks at everything and changes nothing, but for cleaning up after a deploy that was killed. Says what will change.
 * @throws FailedError that names everything that is missing or refused
 */
export async function makePlan(order: Order, crew: Crew): Promise<Plan> {
  const { kubectl, helm, progress } = crew;
  const { namespace, deployment } = order.environment;
  const place = { kubectl, helm, namespace, timeoutSeconds: deployment.timeoutSeconds, abandoned: order.abandoned };
  const history = order.dryRun ? await helm.history() : await settledHistory(place, progress);
  const running = await runningReleases(kubectl, order.platform, order.environment);
  const environment = movedTo(order.environment, order, running);
  const release = releaseLabel(environment);
  progress.step(`check whether ${environment.name} can take ${release}`);
  const manifests = environmentManifests(order.platform, environment);
  const { tried, untried } = await preflight(kubectl, order.platform, environment, manifests);
  progress.done(`${manifests.objects.length} objects are in order`);
  await tellChanges(tried, untried, order, crew);
  return { environment, release, manifests, history, untried };
}

async function tellChanges(
  tried: readonly SynthesizedObject[],
  untried: readonly SynthesizedObject[],
  { dryRun, environment }: Order,
  { kubectl, say }: Crew,
): Promise<void> {
  const { diff, objects } = await changesOf(kubectl, asHelmWrites(tried, environment.namespace));
  if (dryRun && diff !== '') say(diff);
  for (const object of objects) say(`  ${object}`);
  if (untried.length > 0) say(`  adds ${untried.length} objects in namespaces that do not exist yet`);
  if (objects.length + untried.length === 0) say('  nothing differs from what runs');
}

/**
 * Makes sure that a plan still holds: while it waited for a confirmation or a backup, somebody else may have deployed.
 * @throws FailedError if so, since going on would undo that
 */
export async function stillHolds({ history }: Plan, helm: Helm): Promise<void> {
  const last = (await helm.history()).at(-1);
  if (last?.revision === history.at(-1)?.revision) return;
  throw new FailedError([
    `somebody else has deployed meanwhile (revision ${last?.revision}, ${last?.app_version}); this deploy has changed ` +
      'nothing, run it again',
  ]);
}
