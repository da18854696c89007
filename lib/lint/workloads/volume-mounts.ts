import type { Cursor } from '../../manifests/cursor';
import { formatList } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { type Rule, repeated } from '../rule';

export const volumeMounts: Rule = {
  name: 'volume-mounts',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A mount of a volume that the pod does not have.',
  why: 'The API server refuses the pod.',
  fix: 'Mount a volume of the pod, or add the volume.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers: [{ name: web, image: example.org/web:1, volumeMounts: [{ name: data, mountPath: /data }] }]
`,
  *check(set) {
    for (const pod of set.pods) {
      const volumes = new Set(volumesOf(pod));
      for (const { at } of pod.allContainers) {
        for (const mount of [...at.items('volumeMounts'), ...at.items('volumeDevices')]) {
          const name = mount.text('name') ?? '';
          if (volumes.has(name)) continue;
          yield {
            at: mount,
            message: `the pod has no volume "${name}" (it has ${formatList(volumes)})`,
            remedy: `mount a volume that it has, or add "${name}" to its volumes`,
          };
        }
      }
    }
  },
};

function volumesOf({ owner, spec }: PodTemplate): string[] {
  const claims = owner.type === 'StatefulSet.apps' ? owner.items('spec', 'volumeClaimTemplates') : [];
  return [
    ...spec.items('volumes').map((volume) => volume.text('name') ?? ''),
    ...claims.map((claim) => claim.text('metadata', 'name') ?? ''),
  ];
}

export const mountPaths: Rule = {
  name: 'mount-paths',
  class: 'broken',
  finds: 'Two volumes that a container mounts at the same path.',
  why: 'The API server refuses the pod.',
  fix: 'Mount one of the two at another path.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      volumeMounts: [{ name: cache, mountPath: /data }, { name: uploads, mountPath: /data/ }]
  volumes: [{ name: cache, emptyDir: {} }, { name: uploads, emptyDir: {} }]
`,
  *check(set) {
    for (const { at } of set.containers) {
      const pathOf = (mount: Cursor) => (mount.text('mountPath') ?? '').replace(/(?<=.)\/$/, '');
      const mounts = at.items('volumeMounts');
      yield* repeated(mounts, pathOf, (path) => `another volume is mounted at ${path}`, 'mount it elsewhere');
    }
  },
};
