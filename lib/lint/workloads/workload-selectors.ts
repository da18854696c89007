import { LabelSelector } from '../../manifests/label-selector';
import type { Rule } from '../rule';

const selecting = new Set(['DaemonSet.apps', 'Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps']);

/** A workload selects its own pods; the API server refuses it otherwise. */
export const workloadSelectors: Rule = {
  name: 'workload-selectors',
  class: 'broken',
  documentation: {
    finds: 'A workload whose selector does not match its own pods.',
    why: 'The API server refuses the workload.',
    fix: 'Use labels of the pod template in the selector.',
    example: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: web, image: example.org/web:1 }] }
`,
  },
  *check(set) {
    for (const { owner, labels } of set.pods) {
      const at = owner.at('spec', 'selector');
      if (!selecting.has(owner.type) || !at.exists) continue;
      const selector = LabelSelector.from(at);
      if (selector.isEmpty ? set.isKustomizeInput : selector.matches(labels)) continue;
      yield {
        at,
        message: selector.isEmpty
          ? 'the workload selects no pods'
          : `the selector ${selector} does not select the workload's own pods (${LabelSelector.fromMap(labels)})`,
        remedy: "state labels of the workload's pod template",
      };
    }
  },
};
