import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';

/** The files of a volume of a ConfigMap or Secret, where the keys of that are known. */
export function volumeFiles(set: ManifestSet, namespace: string, volume: Cursor): string[] | undefined {
  const [kind, source, field] = volume.at('secret').exists
    ? (['Secret', volume.at('secret'), 'secretName'] as const)
    : (['ConfigMap', volume.at('configMap'), 'name'] as const);
  const items = source.items('items');
  if (items.length > 0) return items.map((item) => item.text('path') ?? '');
  const keys = set.keySources.find(kind, namespace, source.text(field) ?? '');
  return keys === undefined || keys.hasUnknownKeys || source.flag('optional') === true ? undefined : [...keys.keys];
}
