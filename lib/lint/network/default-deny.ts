import type { ManifestSet } from '../../manifests/manifest-set';
import { type Direction, directions, isolates, podsOf, selectorOf } from '../../manifests/network-policies';
import type { PodTemplate } from '../../manifests/pod-template';
import { exampleDeployment } from '../example-objects';
import type { Rule } from '../rule';

/** NetworkPolicies isolate every pod in both directions, except pods on the host network. */
export const defaultDeny: Rule = {
  name: 'default-deny',
  class: 'policy',
  documentation: {
    finds: 'Pods that no NetworkPolicy isolates in both directions.',
    why: 'Every pod of the cluster can connect to them.',
    fix: 'Add a NetworkPolicy to the namespace that selects every pod and allows nothing.',
    example: exampleDeployment,
  },
  *check(set) {
    const isolated = new Map(directions.map((direction) => [direction, isolatedPods(set, direction)]));
    for (const pod of set.pods) {
      if (pod.isOnHostNetwork) continue;
      const open = directions.filter((direction) => !isolated.get(direction)?.has(pod));
      if (open.length === 0) continue;
      yield {
        at: pod.metadata.at('labels'),
        message: `no NetworkPolicy denies ${open.join(' and ')} to these pods`,
        remedy: 'add a policy to the namespace that selects every pod and allows nothing',
      };
    }
  },
};

function isolatedPods(set: ManifestSet, direction: Direction): Set<PodTemplate> {
  const policies = set.ofType('NetworkPolicy.networking.k8s.io').filter((policy) => isolates(policy, direction));
  // Many policies of a namespace may have the same selector: it is evaluated once.
  const distinct = new Map(policies.map((policy) => [`${policy.namespace} ${selectorOf(policy)}`, policy]));
  return new Set([...distinct.values()].flatMap((policy) => podsOf(set, policy)));
}
