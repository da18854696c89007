import { hasLabels, type KubeObject, type Names } from '../objects';
import { isReady, type Pod } from '../workloads';
import { withCondition } from './conditions';
import type { Controller } from './controller';

interface DisruptionBudget extends KubeObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Names };
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: object;
}

/** Counts the pods of each budget that may be evicted now. */
export const disruptionBudgets: Controller = ({ store }) => {
  for (const budget of store.all<DisruptionBudget>('PodDisruptionBudget')) {
    const { selector, minAvailable, maxUnavailable } = budget.spec;
    const pods = store.all<Pod>('Pod', budget.metadata.namespace).filter((pod) => hasLabels(pod, selector.matchLabels));
    const currentHealthy = pods.filter(isReady).length;
    const least =
      minAvailable === undefined
        ? pods.length - counted(maxUnavailable ?? 0, pods.length)
        : counted(minAvailable, pods.length);
    const disruptionsAllowed = Math.max(0, currentHealthy - least);
    const allowed = disruptionsAllowed > 0;
    const reason = allowed ? 'SufficientPods' : 'InsufficientPods';
    store.update({
      ...budget,
      status: {
        observedGeneration: budget.metadata.generation,
        currentHealthy,
        desiredHealthy: least,
        disruptionsAllowed,
        expectedPods: pods.length,
        conditions: [withCondition(store, budget.status, 'DisruptionAllowed', allowed ? 'True' : 'False', reason)],
      },
    });
  }
};

function counted(amount: number | string, pods: number): number {
  return typeof amount === 'number' ? amount : Math.ceil((pods * Number.parseInt(amount, 10)) / 100);
}
