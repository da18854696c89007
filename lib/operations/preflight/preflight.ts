import { environmentSecrets } from '../../charts/environment-secrets';
import type { Environment } from '../../environments/environment';
import type { Manifests, SynthesizedObject } from '../../manifests';
import type { Platform } from '../../platform';
import { FailedError } from '../../problems';
import type { Kubectl } from '../kubectl';
import { type Permission, requirePermissions } from '../permissions';
import { clusterProblems } from './cluster-needs';
import { dryRunProblems, missingNamespaces } from './dry-run';
import { restoreProblems } from './restore';
import { secretProblems } from './secrets';

/** What a preflight has tried. */
export interface Preflight {
  /** Objects that the API server would take. */
  readonly tried: readonly SynthesizedObject[];
  /** Objects that it would not even look at, since their namespace does not exist yet. */
  readonly untried: readonly SynthesizedObject[];
}

/** What a deploy needs besides writing the objects, which the dry run tries: Helm's memory, and a look at the pods. */
const permissions: readonly Permission[] = [
  ['list', 'secrets'],
  ['create', 'secrets'],
  ['update', 'secrets'],
  ['delete', 'secrets'],
  ['list', 'pods'],
  ['get', 'pods/log'],
];

/**
 * Whether an environment could run in a cluster. Nothing is changed.
 * @throws UsageError if the user may not do this; FailedError that names everything that is missing or refused
 */
export async function preflight(
  kubectl: Kubectl,
  platform: Platform,
  environment: Environment,
  { objects }: Manifests,
): Promise<Preflight> {
  const missing = await missingNamespaces(kubectl, objects);
  const isUntried = ({ metadata }: SynthesizedObject) => missing.includes(metadata.namespace ?? '');
  const tried = objects.filter((object) => !isUntried(object));
  await requirePermissions(kubectl, environment.namespace, permissions);
  const problems = [
    ...(await restoreProblems(kubectl, environment.namespace)),
    ...(await secretProblems(kubectl, environmentSecrets(platform, environment))),
    ...(await clusterProblems(kubectl, objects)),
    ...(await dryRunProblems(kubectl, tried)),
  ];
  if (problems.length > 0) throw new FailedError(problems);
  return { tried, untried: objects.filter(isUntried) };
}
