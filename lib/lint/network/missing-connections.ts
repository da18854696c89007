import { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import {
  type Direction,
  directions,
  isolates,
  type PolicyRule,
  readPolicyRules,
  selectorOf,
} from '../../manifests/network-policies';
import type { PodTemplate } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import type { Connection, ConnectionPort, IpBlock, NamespacePeer, Peer, WorkloadPeer } from '../../platform/connection';
import type { ConnectionGraph, Rule, Violation } from '../rule';
import { formatPeer, isBlock, isNamespacePeer, PodPeer, selectsOutsidePods, selectWorkloadPods } from './peer-matching';
import { allowsPort } from './policy-ports';

export const missingConnections: Rule = {
  name: 'missing-connections',
  formerNames: ['allowed-connections'],
  class: 'policy',
  finds: 'A connection of the platform that the NetworkPolicies do not allow.',
  why: 'The connection times out.',
  fix: 'Allow the connection, or remove it from the connection graph.',
  *check(set, { graphs = [] }) {
    for (const graph of graphs) {
      const isolations = isolationsIn(set, graph);
      // A pod has many connections.
      const openTo = rememberFor((pod: PodTemplate) => {
        const ofPod = isolations.filter(({ selector }) => selector.matches(pod.labels));
        return { Ingress: rulesOf(ofPod, 'Ingress'), Egress: rulesOf(ofPod, 'Egress') };
      });
      for (const connection of graph.connections) {
        yield* deniedAt(set, graph, openTo, connection, 'Ingress');
        yield* deniedAt(set, graph, openTo, connection, 'Egress');
      }
    }
  },
};

/** A policy that denies its pods whatever its rules do not allow, in one direction. */
interface Isolation {
  readonly direction: Direction;
  readonly selector: LabelSelector;
  readonly rules: readonly PolicyRule[];
}

function isolationsIn(set: ManifestSet, { namespace }: ConnectionGraph): Isolation[] {
  const policies = set.ofType('NetworkPolicy.networking.k8s.io').filter((policy) => policy.namespace === namespace);
  return policies.flatMap((policy) =>
    directions
      .filter((direction) => isolates(policy, direction))
      .map((direction) => ({ direction, selector: selectorOf(policy), rules: readPolicyRules(policy, direction) })),
  );
}

/** What isolated pods are allowed; undefined if they are not isolated in that direction. */
function rulesOf(isolations: readonly Isolation[], direction: Direction): readonly PolicyRule[] | undefined {
  const found = isolations.filter((each) => each.direction === direction);
  return found.length === 0 ? undefined : found.flatMap(({ rules }) => rules);
}

/** The ports that the policies at one end of a connection do not open towards the other. */
function* deniedAt(
  set: ManifestSet,
  { namespace }: ConnectionGraph,
  openTo: (pod: PodTemplate) => Readonly<Record<Direction, readonly PolicyRule[] | undefined>>,
  { from, to, ports }: Connection,
  direction: Direction,
): Generator<Violation> {
  const [near, far] = direction === 'Ingress' ? [to, from] : [from, to];
  if (near.kind !== 'workload') return;
  const what = `${formatPeer(from)} -> ${formatPeer(to)}`;
  const pods = selectWorkloadPods(set, namespace, near);
  if (pods.length === 0) yield* missingPods(namespace, near, what);
  const farPods = far.kind === 'workload' ? selectWorkloadPods(set, namespace, far) : [];
  for (const pod of pods.filter(({ isOnHostNetwork }) => !isOnHostNetwork)) {
    const open = openTo(pod)[direction];
    if (open === undefined) continue;
    const receivers = direction === 'Ingress' ? [pod] : farPods;
    for (const port of ports) {
      const isOpen = (end: FarEnd) =>
        open.some((rule) => opens(rule, port, receivers) && isFor(set, rule, end, farPods));
      if (farEnds(far).every(isOpen)) continue;
      yield {
        at: pod.metadata.at('labels'),
        message: `the graph has ${what}, but no policy allows ${direction.toLowerCase()} on ${port.port}/${port.protocol}`,
        remedy: 'allow the connection, or remove it from the graph',
      };
    }
  }
}

function* missingPods(namespace: string, { podLabels }: WorkloadPeer, what: string): Generator<Violation> {
  const selector = LabelSelector.fromMap(podLabels);
  if (selectsOutsidePods(selector)) return;
  yield {
    at: new Cursor(what),
    message: `the graph has ${what}, but ${namespace} has no pods with ${selector}`,
    remedy: 'correct the graph, or add the workload',
  };
}

type FarEnd = WorkloadPeer | NamespacePeer | { readonly kind: 'block'; readonly block: IpBlock };

/** What must be allowed one by one: each block of a network by itself. */
function farEnds(peer: Peer): FarEnd[] {
  return peer.kind === 'network' ? peer.blocks.map((block) => ({ kind: 'block', block })) : [peer];
}

function opens({ ports }: PolicyRule, port: ConnectionPort, receivers: readonly PodTemplate[]): boolean {
  return ports.length === 0 || ports.some((entry) => allowsPort(entry, port, receivers));
}

function isFor(set: ManifestSet, { peers, policy }: PolicyRule, end: FarEnd, farPods: readonly PodTemplate[]): boolean {
  return (
    peers.length === 0 ||
    peers.some((place) => {
      if (end.kind === 'block') return isBlock(place, end.block);
      const peer = PodPeer.at(place, policy.namespace);
      if (peer === undefined) return false;
      if (end.kind === 'namespace') return isNamespacePeer(set, peer, end);
      const isHere = peer.includesNamespace(set, policy.namespace);
      return isHere && farPods.every(({ labels }) => peer.podSelector.matches(labels));
    })
  );
}
