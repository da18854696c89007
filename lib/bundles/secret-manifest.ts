import { Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { type Home, keptByHelm, platformMetadata } from '../kubernetes/metadata';
import type { SecretValues } from './secret-values';

/** A Secret with its values, as YAML. It is for a file that is never committed, and for nothing else. */
export function secretManifest(home: Home, name: string, keys: readonly string[], values: SecretValues): string {
  return Yaml.stringify(
    k8s.KubeSecret.manifest({
      metadata: { ...platformMetadata(home, name), annotations: keptByHelm },
      type: 'Opaque',
      data: Object.fromEntries(keys.map((key) => [key, Buffer.from(values[key] ?? '').toString('base64')])),
    }),
  );
}
