import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';

/** Pods spread, attract and repel pods that there are: a selector that selects none does nothing, silently. */
export const schedulingSelectors: Rule = {
  name: 'scheduling-selectors',
  class: 'policy',
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
