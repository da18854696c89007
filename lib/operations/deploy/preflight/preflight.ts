import { findDeployWarnings } from '../../../cluster/delivery';
import { helmFieldManager } from '../../../cluster/helm-client';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import { findMissingPermissions, subtractPermissions } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import { OperationError, type Problem, UsageError } from '../../../platform/errors';
import { listExternalObjects } from '../../../platform/external-objects';
import type { Platform } from '../../../platform/platform';
import { listEnvironmentSecrets } from '../../../synth/environment-secrets';
import type { Manifests } from '../../../synth/render-environment';
import { isPausedByRestore } from '../../restore/workload-pauser';
import { findAdmissionProblems } from './admission-policies';
import { findMissingExternalObjects, findMissingRequirements, findOutdatedKubernetes } from './cluster-requirements';
import { findMissingDatabaseOperator } from './database-operator';
import { formatPermissionErrors, listDeployPermissions, type ReviewedPermissions } from './deploy-permissions';
import { findKeptVolumes } from './kept-volumes';
import { findMissingSecretKeys } from './missing-secrets';
import { findHiddenTables, findMovedDatabase, findOwnerLogins } from './present-database';
import { findMissingRequiredKinds } from './required-kinds';

/** The result of a preflight that found no problem. */
export interface PreflightResult {
  /** Objects that the API server accepts. */
  readonly validated: readonly KubernetesManifest[];
  /** Objects that it could not validate, since their namespace does not exist yet. */
  readonly unvalidated: readonly KubernetesManifest[];
  /** What the user should know before the deploy starts. */
  readonly warnings: readonly string[];
}

export interface PreflightInput {
  readonly platform: Platform;
  readonly environment: Environment;
  readonly manifests: Manifests;
  /** Objects of the previous release. */
  readonly released: readonly KubernetesManifest[];
  readonly permissions: ReviewedPermissions;
}

/**
 * Checks whether an environment can be deployed to a cluster. Nothing is changed.
 *
 * @throws UsageError if only permissions are missing; OperationError that names everything that is missing or rejected
 */
export async function runPreflight(kubectl: KubernetesClient, input: PreflightInput): Promise<PreflightResult> {
  const { platform, environment, manifests, released, permissions } = input;
  const { objects } = manifests;
  const { namespace } = environment;
  const removal = subtractPermissions(listDeployPermissions(namespace, released), permissions.reviewed);
  const missing = [...permissions.missing, ...(await findMissingPermissions(kubectl, removal))];
  const forbidden = formatPermissionErrors(environment, missing);
  const absent = await findMissingNamespaces(kubectl, objects).catch((error: unknown) => {
    // Nothing can be validated then, and the missing permissions say more.
    throw error instanceof UsageError && forbidden.length > 0 ? new UsageError(...forbidden) : error;
  });
  const isUnvalidated = ({ metadata }: KubernetesManifest) => absent.includes(metadata.namespace ?? '');
  const validated = objects.filter((object) => !isUnvalidated(object));
  const results = [
    await collect(findActiveRestore(kubectl, namespace)),
    await collect(findMissingSecretKeys(kubectl, listEnvironmentSecrets(platform, environment))),
    await collect(findMissingExternalObjects(kubectl, listExternalObjects(environment))),
    await collect(findOutdatedKubernetes(kubectl, environment)),
    await collect(findMissingDatabaseOperator(kubectl, environment)),
    await collect(findMissingRequiredKinds(kubectl, environment, objects)),
    await collect(findMovedDatabase(kubectl, environment)),
    await collect(findOwnerLogins(kubectl, platform, environment)),
    await collect(findAdmissionProblems(kubectl, { environment, policies: manifests.policies, released })),
    await collect(findMissingRequirements(kubectl, objects)),
    await collect(findDryRunProblems(kubectl, validated)),
  ];
  const denied = results.flatMap((result) => result.denied);
  const problems = results.flatMap((result) => result.problems);
  throwIfAny(problems, forbidden.length > 0 ? forbidden : denied);
  const warnings = [
    ...findDeployWarnings(environment, await kubectl.findAll(validated)),
    ...(await findKeptVolumes({ kubectl, environment }, objects)),
    ...(await findHiddenTables(kubectl, environment, objects)),
  ];
  return { validated, unvalidated: objects.filter(isUnvalidated), warnings };
}

interface CheckResult {
  readonly problems: readonly Problem[];
  /** Why the user may not run the check. */
  readonly denied: readonly Problem[];
}

/** A check that throws a user error counts as a problem, so that the other checks run as well. */
async function collect(check: Promise<Problem[]>): Promise<CheckResult> {
  try {
    return { problems: await check, denied: [] };
  } catch (error) {
    if (error instanceof UsageError) return { problems: [], denied: error.problems };
    if (error instanceof OperationError) return { problems: error.problems, denied: [] };
    throw error;
  }
}

/** Throws everything at once; a UsageError if nothing but permissions is missing. */
function throwIfAny(problems: readonly Problem[], denied: readonly Problem[]): void {
  const all = [...new Set([...denied, ...problems])];
  if (problems.length > 0) throw new OperationError(all);
  if (denied.length > 0) throw new UsageError(...all);
}

/** Finds what a restore has paused: a deploy would resume it while the database is not there. */
export async function findActiveRestore(kubectl: KubernetesClient, namespace: string): Promise<Problem[]> {
  const objects = await kubectl.list('deployments,statefulsets,cronjobs', namespace);
  const paused = objects.filter(isPausedByRestore).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  if (paused.length === 0) return [];
  return [
    `a restore is in progress (paused: ${paused.join(', ')}). Wait for it to finish, or run it again if it was interrupted`,
  ];
}

/** Lists the namespaces of objects that do not exist. */
async function findMissingNamespaces(
  kubectl: KubernetesClient,
  objects: readonly KubernetesManifest[],
): Promise<string[]> {
  const names = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const found = await Promise.all(names.map((name) => kubectl.find(`namespace/${name}`)));
  return names.filter((_, index) => found[index] === undefined);
}

/**
 * Lists what the API server would reject, by a dry run of all objects.
 *
 * @throws UsageError if nothing but permissions of the user is missing
 */
export async function findDryRunProblems(
  kubectl: KubernetesClient,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const refusals = await kubectl.validate(objects, helmFieldManager);
  const problems = [
    ...new Set(refusals.map(({ message }) => `rejected by the API server: ${message}${findRemedy(message)}`)),
  ];
  if (refusals.length > 0 && refusals.every(({ isUserError }) => isUserError)) throw new UsageError(...problems);
  return problems;
}

/** The API server lists what may change in a StatefulSet, and leaves open how to change the rest. */
function findRemedy(message: string): string {
  if (!message.includes('updates to statefulset spec')) return '';
  return (
    '. Delete the StatefulSet first (its volumes stay), as docs/operations.md describes for a replicated cache and for the ' +
    'size of a volume'
  );
}
