import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { Problem } from '../../../platform/errors';
import type { ExternalObject } from '../../../platform/external-objects';

/** Objects that an environment relies on, that something else makes, and that the cluster lacks. */
export async function externalObjectProblems(
  kubectl: KubernetesClient,
  objects: readonly ExternalObject[],
): Promise<Problem[]> {
  const problems = await Promise.all(objects.map((object) => problemOf(kubectl, object)));
  return problems.flat();
}

async function problemOf(kubectl: KubernetesClient, { kind, namespace, name }: ExternalObject): Promise<Problem[]> {
  if (await kubectl.exists(`${kind.toLowerCase()}/${name}`, namespace)) return [];
  return [`${kind} ${namespace}/${name}: the cluster does not have it; create it, or correct the environment's data`];
}
