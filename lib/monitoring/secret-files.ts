import type { k8s } from 'cdk8s-plus-27';
import type { SecretBundle } from '../bundles/secret-bundle';

/** A volume with a file for each of some keys of a Secret, which only the pod's own group reads. */
export function secretFiles(secrets: SecretBundle, keys: readonly string[]): k8s.Volume {
  return {
    name: 'secrets',
    secret: {
      secretName: secrets.name,
      defaultMode: 0o440,
      items: keys.map((key) => ({ key: secrets.reference(key).key, path: key })),
    },
  };
}
