import { toKubectlInput } from '../operations/deploy/preflight/dry-run';
import type { KubernetesManifest } from '../synth/render-environment';
import { type Kubectl, type KubernetesObject, toCommandError } from './kubectl';

/** What kubectl says of a kind that the cluster does not know: of such a kind there is no object. */
const unknownKind = /no matches for kind|ensure CRDs are installed first/;

/** Those of some objects that the cluster has, as it has them. Each is read by its name, whatever its kind and namespace. */
export async function liveObjects(
  kubectl: Kubectl,
  objects: readonly KubernetesManifest[],
): Promise<KubernetesObject[]> {
  const flags = ['--filename=-', '--ignore-not-found', '--output=json'];
  const answer = await kubectl.ask(['get', ...flags], { input: toKubectlInput(objects.map(referenceTo)) });
  const lines = answer.stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
  if (answer.status !== 0 && !lines.every((line) => unknownKind.test(line)))
    throw toCommandError('kubectl get', answer);
  if (answer.stdout.trim() === '') return [];
  return (JSON.parse(answer.stdout) as { items: KubernetesObject[] }).items;
}

/** As much of an object as finds it: its content need not travel to kubectl. */
function referenceTo({ apiVersion, kind, metadata: { name, namespace } }: KubernetesManifest): object {
  return { apiVersion, kind, metadata: { name, namespace } };
}
