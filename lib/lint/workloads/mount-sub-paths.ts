import { formatList } from '../../manifests/manifest-set';
import { volumeFiles } from '../configuration/volume-files';
import type { Rule } from '../rule';

/** Every subPath of a ConfigMap or Secret exists in it: otherwise an empty directory is mounted. */
export const mountSubPaths: Rule = {
  name: 'mount-sub-paths',
  class: 'broken',
  documentation: {
    finds: 'A subPath that the mounted ConfigMap or Secret does not contain.',
    why: 'Kubernetes mounts an empty directory instead, and the program does not find its file.',
    fix: 'Name a file that the volume has.',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { web.conf: "workers 4" }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      volumeMounts: [{ name: settings, mountPath: /etc/web.conf, subPath: nginx.conf }]
  volumes: [{ name: settings, configMap: { name: settings } }]
`,
  },
  *check(set) {
    for (const pod of set.pods) {
      const volumes = new Map(pod.spec.items('volumes').map((volume) => [volume.text('name') ?? '', volume]));
      for (const mount of pod.allContainers.flatMap(({ at }) => at.items('volumeMounts'))) {
        const subPath = mount.text('subPath');
        const volume = volumes.get(mount.text('name') ?? '');
        const files = volume && volumeFiles(set, pod.namespace, volume);
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
