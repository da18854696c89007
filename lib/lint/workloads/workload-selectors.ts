import { LabelSelector } from '../../manifests/label-selector';
import type { Rule } from '../rule';

const selecting = new Set(['DaemonSet.apps', 'Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps']);

/** A workload selects the pods that it makes; the API server refuses it otherwise. */
export const workloadSelectors: Rule = {
  name: 'workload-selectors',
  class: 'broken',
  *check(set) {
    for (const { owner, labels } of set.pods) {
      if (!selecting.has(owner.type)) continue;
      const at = owner.at('spec', 'selector');
      const selector = LabelSelector.from(at);
      if (!selector.isEmpty && selector.matches(labels)) continue;
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
