import { parse } from 'dotenv';
import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import { rememberFor, rememberTexts } from '../../manifests/remember';
import { listServiceLinks } from '../../manifests/service-links';
import type { Rule } from '../rule';
import { exampleContainer } from '../rule';

export const conflictingSettings: Rule = {
  name: 'conflicting-settings',
  formerNames: ['agreeing-settings'],
  class: 'policy',
  finds:
    'A setting whose value in a mounted env file differs from the one in the environment, or from what the kubelet sets there for a Service.',
  why: 'Which value applies depends on the order in which the program reads them.',
  fix: 'State the value once, or the same value twice.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { app.env: "LOG_LEVEL=info" }
---
${exampleContainer}
      env: [{ name: LOG_LEVEL, value: debug }]
      volumeMounts: [{ name: settings, mountPath: /etc/web }]
  volumes: [{ name: settings, configMap: { name: settings } }]
`,
  *check(set) {
    for (const container of set.containers) {
      const mounted = mountedSettings(set, container);
      if (mounted.length === 0) continue;
      const links = listServiceLinks(set, container.pod);
      const environment = new Map(environmentSettings(set, container).map((each) => [each.name, each]));
      for (const { name, value, at } of mounted) {
        const other = environment.get(name);
        const service = other === undefined ? links.get(name) : undefined;
        if (service !== undefined) {
          yield {
            at,
            message: `${name} of the mounted env file is a variable that the kubelet sets for Service ${service} as well`,
            remedy: 'state enableServiceLinks: false in the pod, or the value in the environment',
          };
        }
        if (other?.value === undefined || other.value === value) continue;
        yield {
          at,
          message: `${name} has another value in the mounted env file than in the environment`,
          remedy: 'state the value once, or the same value twice',
        };
      }
    }
  },
};

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
function environmentSettings(set: ManifestSet, { at, env, pod: { namespace } }: Container): Setting[] {
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

const parseEnvFile = rememberTexts((text): readonly [name: string, value: string][] => Object.entries(parse(text)));

/** What the env files that a container mounts say. */
function mountedSettings(set: ManifestSet, { at, pod: { namespace, spec } }: Container): Setting[] {
  const mounts = at.items('volumeMounts');
  if (mounts.length === 0) return [];
  const volumes = new Map(spec.items('volumes').map((volume) => [volume.text('name'), volume.at('configMap')]));
  return mounts.flatMap((mount) => {
    const subPath = mount.text('subPath');
    return envFilesOf(set, namespace, volumes.get(mount.text('name')))
      .filter(([path]) => subPath === undefined || subPath === path)
      .flatMap(([, text]) => parseEnvFile(text))
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
