import type { Cursor } from '../../manifests/cursor';
import { formatList } from '../../manifests/manifest-set';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import { readQuantity } from '../../platform/settings/quantity';
import { findRepeated } from '../common-findings';
import { exampleContainer, examplePod, type Rule } from '../rule';
import { sumKnown } from '../scaling/limit-ranges';

export const volumeMounts: Rule = {
  name: 'volume-mounts',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A mount of a volume that the pod does not have.',
  why: 'The API server refuses the pod.',
  fix: 'Mount a volume of the pod, or add the volume.',
  example: `${examplePod}
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
  example: `${exampleContainer}
      volumeMounts: [{ name: cache, mountPath: /data }, { name: uploads, mountPath: /data/ }]
  volumes: [{ name: cache, emptyDir: {} }, { name: uploads, emptyDir: {} }]
`,
  *check(set) {
    for (const { at } of set.containers) {
      const pathOf = (mount: Cursor) => (mount.text('mountPath') ?? '').replace(/(?<=.)\/$/, '');
      const mounts = at.items('volumeMounts');
      yield* findRepeated(mounts, pathOf, (path) => `another volume is mounted at ${path}`, 'mount it elsewhere');
    }
  },
};

export const volumeSizes: Rule = {
  name: 'volume-sizes',
  class: 'broken',
  finds: 'An emptyDir that may grow beyond the memory or ephemeral storage that its containers may use.',
  why: 'What is written to it counts as use of the containers: they are killed before the volume is full.',
  fix: 'Lower sizeLimit, or raise the limits of the containers.',
  example: `${exampleContainer}
      resources: { limits: { memory: 256Mi } }
      volumeMounts: [{ name: cache, mountPath: /cache }]
  volumes: [{ name: cache, emptyDir: { medium: Memory, sizeLimit: 1Gi } }]
`,
  *check(set) {
    for (const pod of set.pods) {
      for (const volume of pod.spec.items('volumes')) {
        const at = volume.at('emptyDir', 'sizeLimit');
        const size = readQuantity(at.value);
        if (size === undefined) continue;
        const isMemory = volume.text('emptyDir', 'medium') === 'Memory';
        // The disk of the whole pod is counted, but the memory of the containers that write.
        const containers = isMemory ? mounting(pod, volume.text('name') ?? '') : pod.allContainers;
        const resource = isMemory ? 'memory' : 'ephemeral-storage';
        const limit = limitOf(containers, resource);
        if (limit === undefined || size <= limit) continue;
        yield {
          at,
          message: `the volume may grow to ${at.value}, which is more than the ${resource} of its containers`,
          remedy: 'lower sizeLimit, or raise the limits of the containers',
        };
      }
    }
  },
};

function mounting({ allContainers }: PodTemplate, volume: string): Container[] {
  return allContainers.filter(({ at }) => at.items('volumeMounts').some((mount) => mount.text('name') === volume));
}

/** The sum of the limits; undefined where one is open, or a LimitRange may set it. */
function limitOf(containers: readonly Container[], resource: string): number | undefined {
  const limits = containers.map(({ at }) => readQuantity(at.at('resources', 'limits', resource).value));
  return limits.length === 0 ? undefined : sumKnown(limits);
}
