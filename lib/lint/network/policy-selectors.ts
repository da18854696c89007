import { LabelSelector } from '../../manifests/label-selector';
import type { Rule } from '../rule';
import { selectsOutsidePods } from './external-pods';

/** A NetworkPolicy is for some pods. An empty selector is for all there ever are. */
export const policySelectors: Rule = {
  name: 'policy-selectors',
  class: 'broken',
  documentation: {
    finds: 'A NetworkPolicy that selects no pod. Namespaces without any pod in the set are left out.',
    why: 'It has no effect.',
    fix: 'Use labels of the pod templates.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: frontend } }
spec: { containers: [{ name: web, image: example.org/web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } } }
`,
  },
  *check(set) {
    for (const policy of set.ofType('NetworkPolicy.networking.k8s.io')) {
      const at = policy.at('spec', 'podSelector');
      const selector = LabelSelector.from(at);
      if (selector.isEmpty || selectsOutsidePods(selector)) continue;
      if (set.select(policy.namespace, selector).length > 0) continue;
      if (set.mayHavePods(policy.namespace, selector)) continue;
      yield { at, message: `${selector} selects no pod`, remedy: "state labels of the pods' template" };
    }
  },
};
