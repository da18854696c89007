import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule, Violation } from '../rule';

const controllers = new Set([
  'DaemonSet.apps',
  'Deployment.apps',
  'ReplicaSet.apps',
  'StatefulSet.apps',
  'Rollout.argoproj.io',
]);

export const sharedPods: Rule = {
  name: 'shared-pods',
  class: 'broken',
  finds: 'Two workloads that select the pods of each other, or two disruption budgets that select the same pods.',
  why: 'Services, autoscalers and budgets mix up the pods of the two workloads; a pod with two budgets can never be evicted.',
  fix: 'Give each workload a label of its own in its selector and its pods, and leave one budget.',
  example: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: web, image: example.org/web:1 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: worker, namespace: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: worker, image: example.org/worker:1 }] }
`,
  *check(set) {
    yield* sharedByWorkloads(set);
    yield* sharedByBudgets(set);
  },
};

function* sharedByWorkloads(set: ManifestSet): Generator<Violation> {
  const positions = new Map(set.pods.map((pod, position) => [pod, position]));
  for (const [pod, position] of positions) {
    const { owner } = pod;
    const selector = selectorOf(owner);
    if (selector === undefined) continue;
    const other = set
      .select(owner.namespace, selector)
      .find((each) => (positions.get(each) ?? position) < position && selectEachOther(pod, each));
    if (other === undefined) continue;
    yield {
      at: owner.at('spec', 'selector'),
      message: `${selector} selects the pods of ${other.owner.id} too, which selects these`,
      remedy: 'give each workload a label of its own, in its selector and on its pods',
    };
  }
}

function selectorOf(owner: Manifest): LabelSelector | undefined {
  if (!controllers.has(owner.type)) return undefined;
  const selector = LabelSelector.from(owner.at('spec', 'selector'));
  return selector.isEmpty ? undefined : selector;
}

/** Two objects of one name are one, in two versions. DaemonSets of one program on different nodes share its labels. */
function selectEachOther(one: PodTemplate, other: PodTemplate): boolean {
  const isSame = one.owner.type === other.owner.type && one.owner.name === other.owner.name;
  const areForNodes = one.owner.kind === 'DaemonSet' && other.owner.kind === 'DaemonSet';
  return !isSame && !areForNodes && (selectorOf(other.owner)?.matches(one.labels) ?? false);
}

function* sharedByBudgets(set: ManifestSet): Generator<Violation> {
  const budgetOf = new Map<PodTemplate, Manifest>();
  for (const budget of set.ofType('PodDisruptionBudget.policy')) {
    const at = budget.at('spec', 'selector');
    const selector = LabelSelector.from(at);
    const pods = at.exists ? set.select(budget.namespace, selector) : [];
    const shared = pods.find((pod) => (budgetOf.get(pod)?.name ?? budget.name) !== budget.name);
    if (shared !== undefined) {
      yield {
        at,
        message: `${selector.isEmpty ? 'the budget' : selector} selects the pods of ${shared.owner.kind} ${shared.owner.name}, for which there is ${budgetOf.get(shared)?.kind} ${budgetOf.get(shared)?.name} already`,
        remedy: 'leave one budget for each pod: the API server evicts no pod that has two',
      };
    }
    for (const pod of pods) if (!budgetOf.has(pod)) budgetOf.set(pod, budget);
  }
}
