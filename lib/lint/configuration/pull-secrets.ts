import { type ManifestSet, missingObjectMessage } from '../../manifests/manifest-set';
import type { Rule } from '../rule';
import type { KeyReference } from './key-references';

/** Image pull Secrets exist or are declared. Class policy: other projects create them by hand. */
export const pullSecrets: Rule = {
  name: 'pull-secrets',
  class: 'policy',
  documentation: {
    finds: 'An image pull Secret that does not exist.',
    why: 'Private images cannot be pulled.',
    fix: 'Correct the name, or declare the Secret with --assume.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  imagePullSecrets: [{ name: registry }]
  containers: [{ name: web, image: example.org/web:1 }]
`,
  },
  *check(set) {
    for (const { at, namespace, name } of pullSecretReferences(set)) {
      if (set.keySources.find('Secret', namespace, name) || set.has('Secret', namespace, name)) continue;
      if (!set.isComplete(namespace) || set.mentioned.has(namespace, name)) continue;
      yield {
        at,
        message: missingObjectMessage(set, 'Secret', namespace, name),
        remedy: `correct the name, or declare it: --assume Secret/${namespace}/${name}`,
      };
    }
  },
};

/** Every reference to an image pull Secret, of pods and of their accounts. */
export function pullSecretReferences(set: ManifestSet): KeyReference[] {
  const users = [
    ...set.pods.map(({ namespace, spec }) => ({ namespace, place: spec })),
    ...set.ofType('ServiceAccount').map((account) => ({ namespace: account.namespace, place: account })),
  ];
  return users.flatMap(({ namespace, place }) =>
    place
      .items('imagePullSecrets')
      .map((at) => ({ at, kind: 'Secret', namespace, name: at.text('name') ?? '', keys: [] })),
  );
}
