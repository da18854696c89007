import { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { PodTemplate } from '../../manifests/pod-template';
import { computePodCount, indexAutoscalers, scaleOf } from '../../manifests/scale';
import { exampleDeployment, type Rule } from '../rule';

const scaled = new Set(['Deployment.apps', 'ReplicaSet.apps', 'ReplicationController', 'StatefulSet.apps']);

export const disruptionBudgets: Rule = {
  name: 'disruption-budgets',
  class: 'broken',
  finds: 'A disruption budget that selects no pod, or that allows no eviction.',
  why: 'It protects nothing, or a node can never be drained.',
  fix: 'Select the pods, and allow one eviction at the lowest scale.',
  example: `${exampleDeployment}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
`,
  *check(set) {
    const autoscaledBy = indexAutoscalers(set);
    for (const budget of set.ofType('PodDisruptionBudget.policy')) {
      const spec = budget.at('spec');
      const selector = LabelSelector.from(spec.at('selector'));
      const pods = spec.has('selector') ? set.select(budget.namespace, selector) : [];
      if (pods.length === 0) {
        if (spec.has('selector') ? set.mayHavePods(budget.namespace, selector) : set.isKustomizeInput) continue;
        yield {
          at: spec.at('selector'),
          message: `${selector.isEmpty ? 'the budget' : selector} selects no pod`,
          remedy: "state labels of the pods' template",
        };
        continue;
      }
      const lowest = lowestScale(pods, ({ owner }) => scaleOf(owner, autoscaledBy).lowest);
      const allowed = lowest === undefined ? undefined : evictions(spec, lowest);
      if (allowed === undefined || allowed > 0) continue;
      yield {
        at: spec.at(spec.has('minAvailable') ? 'minAvailable' : 'maxUnavailable'),
        message: `no eviction is possible at the lowest scale, which is ${lowest}`,
        remedy: 'lower minAvailable, state maxUnavailable: 1, or run more pods',
      };
    }
  },
};

/** Undefined where it is not for the set to say, or where nothing runs at all. */
function lowestScale(pods: readonly PodTemplate[], lowestOf: (pod: PodTemplate) => number): number | undefined {
  const lasting = pods.filter(({ runsToCompletion }) => !runsToCompletion);
  if (lasting.some(({ owner }) => !scaled.has(owner.type))) return undefined;
  return lasting.reduce((sum, pod) => sum + lowestOf(pod), 0) || undefined;
}

function evictions(spec: Cursor, pods: number): number | undefined {
  const available = computePodCount(spec.at('minAvailable').value, pods);
  return available === undefined ? computePodCount(spec.at('maxUnavailable').value, pods) : pods - available;
}

export const connectionBudget: Rule = {
  name: 'connection-budget',
  class: 'broken',
  finds: 'More database connections at full scale than the server accepts.',
  why: 'Services fail under load, when connections run out.',
  fix: 'Raise max_connections, or lower the scale or the connection pools.',
  *check(_set, { connectionBudget: budget }) {
    if (budget === undefined) return;
    const demanded = budget.demands.reduce((sum, { connections }) => sum + connections, 0);
    if (demanded <= budget.available) return;
    const demands = budget.demands.map(({ object, connections }) => `${object} ${connections}`).join(', ');
    yield {
      at: new Cursor(budget),
      message: `the database offers ${budget.available} connections, but ${demanded} may be opened (${demands})`,
      remedy: 'raise max_connections, or lower the scale or the pools of its clients',
    };
  },
};
