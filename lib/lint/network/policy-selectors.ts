import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import {
  type Direction,
  directions,
  isolates,
  listPolicyRules,
  podsOf,
  readPolicyRules,
  selectorOf,
} from '../../manifests/network-policies';
import type { PodTemplate } from '../../manifests/pod-template';
import { findUnselected } from '../common-findings';
import { exampleDeployment, type Rule, type Violation } from '../rule';
import { PodPeer, selectsOutsidePods } from './peer-matching';

/** An empty selector is for all pods that there ever are. */
export const policySelectors: Rule = {
  name: 'policy-selectors',
  class: 'broken',
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
  *check(set) {
    for (const policy of set.ofType('NetworkPolicy.networking.k8s.io')) {
      const at = policy.at('spec', 'podSelector');
      const selector = LabelSelector.from(at);
      if (!selectsOutsidePods(selector)) yield* findUnselected(set, policy.namespace, at, selector);
    }
  },
};

/** The rules of a NetworkPolicy are for directions that it isolates. */
export const policyTypes: Rule = {
  name: 'policy-types',
  class: 'broken',
  finds: 'A NetworkPolicy with rules for a direction that its policyTypes leave out.',
  why: 'The rules have no effect, and every connection in that direction is allowed.',
  fix: 'Add the direction to policyTypes, or remove the rules.',
  example: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  egress: [{ ports: [{ port: 443 }] }]
`,
  *check(set) {
    for (const policy of set.ofType('NetworkPolicy.networking.k8s.io')) {
      // What is no direction at all is refused.
      const isRefused = policy
        .texts('spec', 'policyTypes')
        .some((type) => !directions.some((direction) => direction === type));
      for (const direction of isRefused ? [] : directions) {
        if (isolates(policy, direction) || readPolicyRules(policy, direction).length === 0) continue;
        yield {
          at: policy.at('spec', direction.toLowerCase()),
          message: `policyTypes has no ${direction}: these rules have no effect`,
          remedy: `add ${direction} to policyTypes, or remove the rules`,
        };
      }
    }
  },
};

export const policyPeers: Rule = {
  name: 'policy-peers',
  class: 'broken',
  finds: 'A peer of a NetworkPolicy that selects no pod, or a pod on the host network.',
  why: 'The connection that the rule is for is not allowed.',
  fix: 'Use labels of the pod templates, or the addresses of the nodes.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: frontend } }
spec: { containers: [{ name: web, image: example.org/web:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]
`,
  *check(set) {
    for (const { policy, peers } of listPolicyRules(set)) {
      for (const place of peers) {
        const peer = PodPeer.at(place, policy.namespace);
        if (peer !== undefined) yield* checkPeer(set, peer);
      }
    }
  },
};

function* checkPeer(set: ManifestSet, peer: PodPeer): Generator<Violation> {
  const { at, podSelector, namespaces } = peer;
  if (podSelector.isEmpty || selectsOutsidePods(podSelector)) return;
  const pods = peer.podsIn(set);
  const hostPod = pods.find(({ isOnHostNetwork }) => isOnHostNetwork);
  if (hostPod) {
    yield {
      at,
      message: `${podSelector} selects ${hostPod.owner.id}, which is on the host network: no selector reaches it there`,
      remedy: "name the nodes' addresses with an ipBlock",
    };
  } else if (pods.length === 0 && haveCertainlyNoPods(set, namespaces, podSelector)) {
    yield {
      at,
      message: `${podSelector} selects no pod in ${namespaces?.join(', ') || 'the namespace'}`,
      remedy: "state labels of the pods' template",
    };
  }
}

function haveCertainlyNoPods(
  set: ManifestSet,
  namespaces: readonly string[] | undefined,
  selector: LabelSelector,
): boolean {
  return namespaces?.every((name) => !set.mayHavePods(name, selector)) ?? false;
}

/** Pods on the host network are left out. */
export const defaultDeny: Rule = {
  name: 'default-deny',
  class: 'policy',
  finds: 'Pods that no NetworkPolicy isolates in both directions.',
  why: 'Every pod of the cluster can connect to them.',
  fix: 'Add a NetworkPolicy to the namespace that selects every pod and allows nothing.',
  example: exampleDeployment,
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
