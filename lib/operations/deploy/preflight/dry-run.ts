import { helmFieldManager } from '../../../cluster/helm-client';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { KubernetesManifest } from '../../../manifests/manifest';
import { type Problem, UsageError } from '../../../platform/errors';

/** Lists the namespaces of objects that do not exist. */
export async function missingNamespaces(
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
export async function dryRunProblems(
  kubectl: KubernetesClient,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const refusals = await kubectl.validate(objects, helmFieldManager);
  const problems = [
    ...new Set(refusals.map(({ message }) => `rejected by the API server: ${message}${remedy(message)}`)),
  ];
  if (refusals.length > 0 && refusals.every(({ isUserError }) => isUserError)) throw new UsageError(...problems);
  return problems;
}

/** The API server lists what may change in a StatefulSet, and leaves open how to change the rest. */
function remedy(message: string): string {
  if (!message.includes('updates to statefulset spec')) return '';
  return (
    '. Delete the StatefulSet first (its volumes stay), as docs/operations.md describes for a replicated cache and for the ' +
    'size of a volume'
  );
}
