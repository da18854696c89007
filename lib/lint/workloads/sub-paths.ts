import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';
import { exampleContainer, exampleWorkload } from '../rule';

export const mountSubPaths: Rule = {
  name: 'mount-sub-paths',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A subPath that the mounted ConfigMap or Secret does not contain.',
  why: 'Kubernetes mounts an empty directory instead, and the program does not find its file.',
  fix: 'Name a file that the volume has.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { web.conf: "workers 4" }
---
${exampleContainer}
      volumeMounts: [{ name: settings, mountPath: /etc/web.conf, subPath: nginx.conf }]
  volumes: [{ name: settings, configMap: { name: settings } }]
`,
  *check(set) {
    for (const pod of set.pods) {
      const volumes = new Map(pod.spec.items('volumes').map((volume) => [volume.text('name') ?? '', volume]));
      for (const mount of pod.allContainers.flatMap(({ at }) => at.items('volumeMounts'))) {
        const subPath = mount.text('subPath');
        const volume = volumes.get(mount.text('name') ?? '');
        const files = volume && listVolumeFiles(set, pod.namespace, volume);
        if (subPath === undefined || files === undefined || hasPath(files, subPath)) continue;
        yield {
          at: mount.at('subPath'),
          message: `volume "${mount.text('name')}" has no file "${subPath}" (it has ${formatList(files)})`,
          remedy: 'mount a file that the volume has',
        };
      }
    }
  },
};

function hasPath(files: readonly string[], path: string): boolean {
  return files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));
}

export const subPathUpdates: Rule = {
  name: 'sub-path-updates',
  class: 'note',
  finds:
    'A file of a ConfigMap that a long-running pod mounts by subPath, with nothing that restarts the pod on a change.',
  why: 'Kubernetes never updates such a file in a running container, so a changed ConfigMap has no effect.',
  fix: 'Mount the whole volume, or add an annotation with a checksum of the ConfigMap to the pod template.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { web.conf: "workers 4" }
---
${exampleWorkload}
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example.org/web:1
          volumeMounts: [{ name: settings, mountPath: /etc/web.conf, subPath: web.conf }]
      volumes: [{ name: settings, configMap: { name: settings } }]
`,
  *check(set) {
    for (const pod of set.pods) {
      if (pod.runsToCompletion || pod.owner.type === 'Pod' || isRestartedOnChange(pod)) continue;
      const volumes = new Map(pod.spec.items('volumes').map((volume) => [volume.text('name'), volume]));
      for (const mount of pod.containers.flatMap(({ at }) => at.items('volumeMounts'))) {
        const volume = volumes.get(mount.text('name'));
        const name = volume && changingConfigMap(set, pod, volume);
        if (!mount.text('subPath') || name === undefined) continue;
        yield {
          at: mount.at('subPath'),
          message: `a change of ConfigMap ${name} never reaches the file: it is mounted by subPath`,
          remedy: 'mount the whole volume, or let a checksum in an annotation of the pod template restart the pods',
        };
      }
    }
  },
};

/** Name of the ConfigMap of the set that a volume is, if it may change under this name. */
function changingConfigMap(set: ManifestSet, { namespace }: PodTemplate, volume: Cursor): string | undefined {
  const name = volume.text('configMap', 'name');
  const configMap = name === undefined ? undefined : set.find('ConfigMap', namespace, name);
  // kustomize and Helm charts give a changed one a new name, which ends in a hash.
  if (configMap === undefined || configMap.flag('immutable') === true || /-[0-9a-z]{10}$/.test(name ?? ''))
    return undefined;
  return name;
}

/** Annotations that change with the configuration, and those by which a controller restarts pods. */
const restarting = /checksum|hash|sha256|config-?version|reload/i;

function isRestartedOnChange({ metadata, owner }: PodTemplate): boolean {
  const annotations = [...Object.keys(metadata.textMap('annotations')), ...Object.keys(owner.annotations)];
  return annotations.some((name) => restarting.test(name));
}

/** The files of a volume of a ConfigMap or Secret, where the keys of that are known. */
export function listVolumeFiles(set: ManifestSet, namespace: string, volume: Cursor): string[] | undefined {
  const [kind, source, field] = volume.has('secret')
    ? (['Secret', volume.at('secret'), 'secretName'] as const)
    : (['ConfigMap', volume.at('configMap'), 'name'] as const);
  const items = source.items('items');
  if (items.length > 0) return items.map((item) => item.text('path') ?? '');
  const keys = set.keySources.find(kind, namespace, source.text(field) ?? '');
  return keys === undefined || keys.hasUnknownKeys || source.flag('optional') === true ? undefined : [...keys.keys];
}
