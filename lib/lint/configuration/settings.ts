import { parse } from 'dotenv';
import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';

/** A setting that the process of a container reads. */
export interface Setting {
  readonly name: string;
  /** Undefined where it is unknown: in a Secret, or in an object outside the set. */
  readonly value: string | undefined;
  /** Field by which the container reads it. */
  readonly at: Cursor;
}

/** The settings of a container by name, from the env files it mounts and from its environment, which wins. */
export const settingsOf = rememberFor((container: Container, set: ManifestSet): ReadonlyMap<string, Setting> => {
  const settings = [...mountedSettings(set, container), ...environmentSettings(set, container)];
  return new Map(settings.map((setting) => [setting.name, setting]));
});

/** What the environment of a container says, in the order in which the later wins. */
export function environmentSettings(set: ManifestSet, { at, env, pod: { namespace } }: Container): Setting[] {
  return [
    ...at.items('envFrom').flatMap((source) => sourceSettings(set, namespace, source)),
    ...env.map((entry) => variable(set, namespace, entry)),
  ];
}

function variable(set: ManifestSet, namespace: string, entry: Cursor): Setting {
  const from = entry.at('valueFrom', 'configMapKeyRef');
  const source = from.exists ? set.find('ConfigMap', namespace, from.text('name') ?? '') : undefined;
  const value = entry.text('value') ?? source?.text('data', from.text('key') ?? '');
  return { name: entry.text('name') ?? '', value, at: entry };
}

function sourceSettings(set: ManifestSet, namespace: string, source: Cursor): Setting[] {
  const prefix = source.text('prefix') ?? '';
  const secret = set.keySources.find('Secret', namespace, source.text('secretRef', 'name') ?? '');
  const data = dataOf(set, namespace, source.text('configMapRef', 'name'));
  return [
    ...[...(secret?.keys ?? [])].map((key) => ({ name: `${prefix}${key}`, value: undefined, at: source })),
    ...Object.entries(data).map(([key, value]) => ({ name: `${prefix}${key}`, value, at: source })),
  ];
}

/** What the env files that a container mounts say. */
export function mountedSettings(set: ManifestSet, { at, pod: { namespace, spec } }: Container): Setting[] {
  const mounts = at.items('volumeMounts');
  if (mounts.length === 0) return [];
  const volumes = new Map(spec.items('volumes').map((volume) => [volume.text('name'), volume.at('configMap')]));
  return mounts.flatMap((mount) => {
    const subPath = mount.text('subPath');
    return envFilesOf(set, namespace, volumes.get(mount.text('name')))
      .filter(([path]) => subPath === undefined || subPath === path)
      .flatMap(([, text]) => Object.entries(parse(text)))
      .map(([name, value]) => ({ name, value, at: mount }));
  });
}

function envFilesOf(set: ManifestSet, namespace: string, volume: Cursor | undefined): [path: string, text: string][] {
  const data = dataOf(set, namespace, volume?.text('name'));
  const items = volume?.items('items') ?? [];
  const files =
    items.length === 0
      ? Object.entries(data)
      : items.map((item): [string, string] => [item.text('path') ?? '', data[item.text('key') ?? ''] ?? '']);
  return files.filter(([path]) => path.endsWith('.env'));
}

function dataOf(set: ManifestSet, namespace: string, name: string | undefined): Record<string, string> {
  return name === undefined ? {} : (set.find('ConfigMap', namespace, name)?.textMap('data') ?? {});
}
