import type { Container, PodTemplate } from '../../manifests/pod-template';
import { quantityValue } from '../../platform/settings/quantity';
import type { Rule } from '../rule';
import { sumOfKnown } from '../scaling/pod-resources';

export const volumeSizes: Rule = {
  name: 'volume-sizes',
  class: 'broken',
  finds: 'An emptyDir that may grow beyond the memory or ephemeral storage that its containers may use.',
  why: 'What is written to it counts as use of the containers: they are killed before the volume is full.',
  fix: 'Lower sizeLimit, or raise the limits of the containers.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      resources: { limits: { memory: 256Mi } }
      volumeMounts: [{ name: cache, mountPath: /cache }]
  volumes: [{ name: cache, emptyDir: { medium: Memory, sizeLimit: 1Gi } }]
`,
  *check(set) {
    for (const pod of set.pods) {
      for (const volume of pod.spec.items('volumes')) {
        const at = volume.at('emptyDir', 'sizeLimit');
        const size = quantityValue(at.value);
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
  const limits = containers.map(({ at }) => quantityValue(at.at('resources', 'limits', resource).value));
  return limits.length === 0 ? undefined : sumOfKnown(limits);
}
