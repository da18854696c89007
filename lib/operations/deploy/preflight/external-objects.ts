import type { Kubectl } from '../../../cluster/kubectl';
import type { Problem } from '../../../platform/errors';
import type { ExternalObject } from '../../../platform/external-objects';

/** Objects that an environment relies on, that something else makes, and that the cluster lacks. */
export async function externalObjectProblems(kubectl: Kubectl, objects: readonly ExternalObject[]): Promise<Problem[]> {
  const problems = await Promise.all(objects.map((object) => problemOf(kubectl, object)));
  return problems.flat();
}

async function problemOf(kubectl: Kubectl, { kind, namespace, name }: ExternalObject): Promise<Problem[]> {
  const place = [`${kind.toLowerCase()}/${name}`, `--namespace=${namespace}`];
  const found = await kubectl.runOrThrow(['get', ...place, '--ignore-not-found', '--output=name']);
  if (found.trim() !== '') return [];
  return [`${kind} ${namespace}/${name}: the cluster does not have it; create it, or correct the environment's data`];
}
