import { environmentSecrets } from '../../../charts/environment-secrets';
import { deployWarnings } from '../../../cluster/delivery';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import { missingPermissions, withoutPermissions } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import { OperationError, type Problem, UsageError } from '../../../platform/errors';
import { externalObjects } from '../../../platform/external-objects';
import type { Platform } from '../../../platform/platform';
import type { Manifests } from '../../../synth/render-environment';
import { isPausedByRestore } from '../../restore/pause-strategies';
import { type Access, accessProblems } from './access';
import { missingRequirements, missingSecretKeys } from './cluster-requirements';
import { deployPermissions } from './deploy-permissions';
import { dryRunProblems, missingNamespaces } from './dry-run';
import { externalObjectProblems } from './external-objects';

/** What a preflight has tried. */
export interface Preflight {
  /** Objects that the API server would take. */
  readonly validated: readonly KubernetesManifest[];
  /** Objects that it would not even look at, since their namespace does not exist yet. */
  readonly unvalidated: readonly KubernetesManifest[];
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
  readonly released: readonly KubernetesManifest[];
  /** The permissions that were asked for before. */
  readonly access: Access;
}

/**
 * Checks whether an environment could run in a cluster. Nothing is changed.
 * @throws UsageError if only permissions are missing; OperationError that names everything that is missing or refused
 */
export async function preflight(kubectl: KubernetesClient, input: PreflightInput): Promise<PreflightResult> {
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
  const isUntried = ({ metadata }: KubernetesManifest) => absent.includes(metadata.namespace ?? '');
  const tried = objects.filter((object) => !isUntried(object));
  const looks = [
    await collect(activeRestoreProblems(kubectl, namespace)),
    await collect(missingSecretKeys(kubectl, environmentSecrets(platform, environment))),
    await collect(externalObjectProblems(kubectl, externalObjects(environment))),
    await collect(missingRequirements(kubectl, objects)),
    await collect(dryRunProblems(kubectl, tried)),
  ];
  const denied = looks.flatMap((look) => look.denied);
  const problems = looks.flatMap((look) => look.problems);
  throwIfAny(problems, forbidden.length > 0 ? forbidden : denied);
  const warnings = deployWarnings(environment, await kubectl.findAll(tried));
  return { validated: tried, unvalidated: objects.filter(isUntried), warnings };
}

/** What came of a look. */
interface CheckResult {
  readonly problems: readonly Problem[];
  /** Why the user may not look. */
  readonly denied: readonly Problem[];
}

/** A look that fails is a problem as those that others find. */
async function collect(look: Promise<Problem[]>): Promise<CheckResult> {
  try {
    return { problems: await look, denied: [] };
  } catch (error) {
    if (error instanceof UsageError) return { problems: [], denied: error.problems };
    if (error instanceof OperationError) return { problems: error.problems, denied: [] };
    throw error;
  }
}

/** Raises everything at once; where nothing but rights is missing, that is what is wrong. */
function throwIfAny(problems: readonly Problem[], denied: readonly Problem[]): void {
  const all = [...new Set([...denied, ...problems])];
  if (problems.length > 0) throw new OperationError(all);
  if (denied.length > 0) throw new UsageError(...all);
}

/** What a restore keeps still, which a deploy would set going while the database is not there. */
export async function activeRestoreProblems(kubectl: KubernetesClient, namespace: string): Promise<Problem[]> {
  const objects = await kubectl.list('deployments,statefulsets,cronjobs', namespace);
  const held = objects.filter(isPausedByRestore).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  if (held.length === 0) return [];
  return [
    `a restore keeps ${held.join(', ')} still; wait for its end, or, if it was stopped, run it again: that repairs it`,
  ];
}
