import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';

/** The selectors of affinities and spread constraints select pods: otherwise they have no effect. */
export const schedulingSelectors: Rule = {
  name: 'scheduling-selectors',
  class: 'policy',
  documentation: {
    finds: 'An affinity or spread constraint that selects no pod.',
    why: 'It has no effect, and the pods may all run on one node.',
    fix: 'Use labels of the pod templates.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: { matchLabels: { app: shop } }
  containers: [{ name: web, image: example.org/web:1 }]
`,
  },
  *check(set) {
    for (const pod of set.pods) {
      for (const term of schedulingTerms(pod)) {
        const at = term.at('labelSelector');
        const selector = LabelSelector.from(at);
        // Pods of other namespaces may be meant, which the set need not have.
        if (selector.isEmpty || term.at('namespaces').exists || term.at('namespaceSelector').exists) continue;
        if (set.select(pod.namespace, selector).length > 0) continue;
        yield { at, message: `${selector} selects no pod`, remedy: "state labels of the pods' template" };
      }
    }
  },
};

function schedulingTerms({ spec }: PodTemplate): Cursor[] {
  const affinities = ['podAffinity', 'podAntiAffinity'].map((kind) => spec.at('affinity', kind));
  return [
    ...spec.items('topologySpreadConstraints'),
    ...affinities.flatMap((affinity) => affinity.items('requiredDuringSchedulingIgnoredDuringExecution')),
    ...affinities
      .flatMap((affinity) => affinity.items('preferredDuringSchedulingIgnoredDuringExecution'))
      .map((preference) => preference.at('podAffinityTerm')),
  ];
}
