import { environmentSecrets } from '../../charts/environment-secrets';
import type { Environment } from '../../environments/environment';
import { externalObjects } from '../../environments/external-objects';
import type { Manifests, SynthesizedObject } from '../../manifests';
import type { Platform } from '../../platform';
import { FailedError, type Problem, UsageError } from '../../problems';
import { deployWarnings } from '../delivery';
import type { Kubectl } from '../kubectl';
import { liveObjects } from '../live-objects';
import { missingPermissions, withoutPermissions } from '../permissions';
import { type Access, accessProblems } from './access';
import { clusterProblems } from './cluster-needs';
import { dryRunProblems, missingNamespaces } from './dry-run';
import { externalObjectProblems } from './external-objects';
import { restoreProblems } from './restore';
import { deployPermissions } from './rights';
import { secretProblems } from './secrets';

/** What a preflight has tried. */
export interface Preflight {
  /** Objects that the API server would take. */
  readonly tried: readonly SynthesizedObject[];
  /** Objects that it would not even look at, since their namespace does not exist yet. */
  readonly untried: readonly SynthesizedObject[];
}

/** A preflight that found nothing that would stop a deploy. */
export interface PreflightResult extends Preflight {
  /** What the user should know before it begins. */
  readonly warnings: readonly string[];
}

/** What a preflight checks. */
export interface PreflightInput {
  readonly platform: Platform;
  readonly environment: Environment;
  /** What is to be deployed. */
  readonly manifests: Manifests;
  /** Objects of the release before. */
  readonly released: readonly SynthesizedObject[];
  /** The permissions that were asked for before. */
  readonly access: Access;
}

/**
 * Checks whether an environment could run in a cluster. Nothing is changed.
 * @throws UsageError if only permissions are missing; FailedError that names everything that is missing or refused
 */
export async function preflight(kubectl: Kubectl, input: PreflightInput): Promise<PreflightResult> {
  const { platform, environment, manifests, released, access } = input;
  const { objects } = manifests;
  const { namespace } = environment;
  const removal = withoutPermissions(deployPermissions(namespace, released), access.asked);
  const missing = [...access.missing, ...(await missingPermissions(kubectl, removal))];
  const forbidden = accessProblems(environment, missing);
  const absent = await missingNamespaces(kubectl, objects).catch((error: unknown) => {
    // Nothing can be validated then, and the missing permissions say more.
    throw error instanceof UsageError && forbidden.length > 0 ? new UsageError(...forbidden) : error;
  });
  const isUntried = ({ metadata }: SynthesizedObject) => absent.includes(metadata.namespace ?? '');
  const tried = objects.filter((object) => !isUntried(object));
  const looks = [
    await looked(restoreProblems(kubectl, namespace)),
    await looked(secretProblems(kubectl, environmentSecrets(platform, environment))),
    await looked(externalObjectProblems(kubectl, externalObjects(environment))),
    await looked(clusterProblems(kubectl, objects)),
    await looked(dryRunProblems(kubectl, tried)),
  ];
  const refused = looks.flatMap((look) => look.refused);
  const problems = looks.flatMap((look) => look.problems);
  raise(problems, forbidden.length > 0 ? forbidden : refused);
  const warnings = deployWarnings(environment, await liveObjects(kubectl, tried));
  return { tried, untried: objects.filter(isUntried), warnings };
}

/** What came of a look. */
interface Look {
  readonly problems: readonly Problem[];
  /** Why the user may not look. */
  readonly refused: readonly Problem[];
}

/** A look that fails is a problem as those that others find. */
async function looked(look: Promise<Problem[]>): Promise<Look> {
  try {
    return { problems: await look, refused: [] };
  } catch (error) {
    if (error instanceof UsageError) return { problems: [], refused: error.problems };
    if (error instanceof FailedError) return { problems: error.problems, refused: [] };
    throw error;
  }
}

/** Raises everything at once; where nothing but rights is missing, that is what is wrong. */
function raise(problems: readonly Problem[], refused: readonly Problem[]): void {
  const all = [...new Set([...refused, ...problems])];
  if (problems.length > 0) throw new FailedError(all);
  if (refused.length > 0) throw new UsageError(...all);
}
