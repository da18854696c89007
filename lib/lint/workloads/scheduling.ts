import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { PodTemplate } from '../../manifests/pod-template';
import type { Rule, Violation } from '../rule';
import { examplePod } from '../rule';

export const schedulingSelectors: Rule = {
  name: 'scheduling-selectors',
  class: 'policy',
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
  *check(set) {
    for (const pod of set.pods) {
      for (const term of schedulingTerms(pod)) {
        const at = term.at('labelSelector');
        const selector = LabelSelector.from(at);
        // Pods of other namespaces may be meant, which the set need not have.
        if (selector.isEmpty || term.has('namespaces') || term.has('namespaceSelector')) continue;
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

const required = 'requiredDuringSchedulingIgnoredDuringExecution';

export const affinityConflicts: Rule = {
  name: 'affinity-conflicts',
  class: 'broken',
  finds:
    'Requirements on the node that contradict each other: of nodeSelector and node affinity, or of affinity and anti-affinity.',
  why: 'No node meets them, however many there are: the pod stays pending.',
  fix: 'Remove one of the two requirements.',
  example: `${examplePod}
  nodeSelector: { disk: ssd }
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{ matchExpressions: [{ key: disk, operator: In, values: [hdd] }] }]
  containers: [{ name: web, image: example.org/web:1 }]
`,
  *check(set) {
    for (const { spec } of set.pods) {
      const affinity = spec.at('affinity');
      if (!affinity.exists) continue;
      yield* conflictingNodes(spec);
      yield* conflictingPods(affinity);
    }
  },
};

/** Each of the terms, of which one must be met, contradicts the nodeSelector. */
function* conflictingNodes(spec: PodTemplate['spec']): Generator<Violation> {
  const selected = spec.textMap('nodeSelector');
  const at = spec.at('affinity', 'nodeAffinity', required);
  const terms = at.items('nodeSelectorTerms');
  const isMet = (term: Cursor) => {
    const { requirements } = LabelSelector.from(term);
    return requirements.every(({ key, operator, values }) => {
      const value = selected[key];
      if (value === undefined) return true;
      if (operator === 'In') return values.includes(value);
      return operator === 'NotIn' ? !values.includes(value) : operator !== 'DoesNotExist';
    });
  };
  if (terms.length === 0 || terms.some(isMet)) return;
  yield {
    at,
    message: 'no node meets both nodeSelector and this affinity',
    remedy: 'remove one of the two requirements',
  };
}

/** The same pods are wanted, and not wanted, on the same node. */
function* conflictingPods(affinity: Cursor): Generator<Violation> {
  const wanted = new Set(affinity.items('podAffinity', required).map(({ value }) => JSON.stringify(value)));
  for (const at of affinity.items('podAntiAffinity', required)) {
    if (!wanted.has(JSON.stringify(at.value))) continue;
    yield { at, message: 'the same pods are required by podAffinity', remedy: 'remove one of the two requirements' };
  }
}
