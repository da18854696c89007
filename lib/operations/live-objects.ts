import type { SynthesizedObject } from '../manifests';
import { type Kubectl, type KubernetesObject, troubleOf } from './kubectl';
import { asDocuments } from './preflight/dry-run';

/** What kubectl says of a kind that the cluster does not know: of such a kind there is no object. */
const unknownKind = /no matches for kind|ensure CRDs are installed first/;

/** Those of some objects that the cluster has, as it has them. Each is read by its name, whatever its kind and namespace. */
export async function liveObjects(
  kubectl: Kubectl,
  objects: readonly SynthesizedObject[],
): Promise<KubernetesObject[]> {
  const flags = ['--filename=-', '--ignore-not-found', '--output=json'];
  const answer = await kubectl.ask(['get', ...flags], { input: asDocuments(objects.map(referenceTo)) });
  const lines = answer.stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
  if (answer.status !== 0 && !lines.every((line) => unknownKind.test(line))) throw troubleOf('kubectl get', answer);
  if (answer.stdout.trim() === '') return [];
  return (JSON.parse(answer.stdout) as { items: KubernetesObject[] }).items;
}

/** As much of an object as finds it: its content need not travel to kubectl. */
function referenceTo({ apiVersion, kind, metadata: { name, namespace } }: SynthesizedObject): object {
  return { apiVersion, kind, metadata: { name, namespace } };
}
