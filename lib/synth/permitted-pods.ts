import { permittedVariable } from '../constructs/namespace/admission-policy';
import { splitReference } from '../manifests/image-reference';
import { type KubernetesManifest, Manifest } from '../manifests/manifest';
import { PodTemplate } from '../manifests/pod-template';

/**
 * Lists the containers of the pods of manifests, by the namespace, as an admission policy compares them: label `app`, service
 * account and image without tag. A namespace without pods is not listed.
 *
 * @param earlier containers that each of these namespaces may have too. @default - none
 */
export function permittedPods(
  objects: readonly KubernetesManifest[],
  earlier: readonly string[] = [],
): Map<string, string[]> {
  const byNamespace = new Map<string, string[]>();
  for (const object of objects) {
    const pods = PodTemplate.of(new Manifest(object));
    if (pods === undefined) continue;
    const known = byNamespace.get(pods.namespace) ?? earlier;
    byNamespace.set(pods.namespace, [...known, ...containersOf(pods)]);
  }
  return new Map([...byNamespace].map(([namespace, containers]) => [namespace, [...new Set(containers)].sort()]));
}

function containersOf({ labels, serviceAccount, allContainers }: PodTemplate): string[] {
  return allContainers.map(({ at }) => {
    const { image } = splitReference(at.text('image') ?? '');
    return `${labels.app ?? ''} ${serviceAccount} ${image}`;
  });
}

/** Lists what a policy permits; nothing, where it is not one of ours. */
export function permittedBy(policy: unknown): string[] {
  const variables = new Manifest(policy).at('spec').items('variables');
  const list = variables.find((variable) => variable.text('name') === permittedVariable);
  try {
    return new Manifest({ list: JSON.parse(list?.text('expression') ?? '') }).texts('list');
  } catch {
    return [];
  }
}

/** The namespace whose pods a policy checks; nothing for a binding. */
export function checkedNamespace(policy: unknown): string {
  const selector = new Manifest(policy).at('spec', 'matchConstraints', 'namespaceSelector');
  return selector.textMap('matchLabels')['kubernetes.io/metadata.name'] ?? '';
}
