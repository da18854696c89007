import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import { type Direction, listPolicyRules, type PolicyRule, podsOf } from '../../manifests/network-policies';
import type { PodTemplate } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import type { Connection, ConnectionPort, Peer } from '../../platform/connection';
import type { ConnectionGraph, Rule, Violation } from '../rule';
import { isBlock, isNamespacePeer, isWorkload, PodPeer } from './peer-matching';
import { allowsPort } from './policy-ports';

export const unexpectedConnections: Rule = {
  name: 'unexpected-connections',
  formerNames: ['known-edges'],
  class: 'policy',
  finds: 'A connection that a NetworkPolicy allows but that the platform does not need.',
  why: 'It widens what an attacker can reach.',
  fix: 'Remove the rule, or add the connection to the graph.',
  *check(set, { graphs = [] }) {
    // Several rules are for the same pod.
    const connectionsOf = rememberFor(
      (pod: PodTemplate, { connections }: ConnectionGraph): Readonly<Record<Direction, readonly Connection[]>> => ({
        Ingress: connections.filter(({ to }) => isWorkload(to, pod)),
        Egress: connections.filter(({ from }) => isWorkload(from, pod)),
      }),
    );
    for (const rule of listPolicyRules(set)) {
      const graph = graphs.find(({ namespace }) => namespace === rule.policy.namespace);
      if (graph === undefined) continue;
      yield* unknownEdges(set, graph, rule, (pod) => connectionsOf(pod, graph)[rule.direction]);
    }
  },
};

function* unknownEdges(
  set: ManifestSet,
  graph: ConnectionGraph,
  rule: PolicyRule,
  connectionsOf: (pod: PodTemplate) => readonly Connection[],
): Generator<Violation> {
  const near = podsOf(set, rule.policy).filter(({ isOnHostNetwork }) => !isOnHostNetwork);
  if (near.length === 0) return yield* unknownPeers(set, graph, rule);
  if (rule.peers.length === 0) yield problem(rule.at, 'the rule allows every peer', 'name the peers');
  if (rule.ports.length === 0) yield problem(rule.at, 'the rule allows every port', 'name the ports');
  const edges = rule.peers.flatMap((peer) => edgesOf(set, graph, peer).map((edge) => ({ peer, edge })));
  for (const pod of near) {
    for (const { peer, edge } of edges) {
      if (isInGraph(edge, rule, pod, connectionsOf(pod))) continue;
      const ends = `${pod.owner.name} and ${edge.name}`;
      yield problem(
        peer,
        `the graph has no such connection between ${ends}`,
        'add the connection to the graph, or deny it',
      );
    }
  }
}

/** Temporary pods have no connections in the graph, but the peers of their policies are in it. */
function* unknownPeers(set: ManifestSet, graph: ConnectionGraph, { peers }: PolicyRule): Generator<Violation> {
  const known = graph.connections.flatMap(({ from, to }) => [from, to]);
  for (const peer of peers) {
    if (edgesOf(set, graph, peer).every(({ isFarEnd }) => known.some(isFarEnd))) continue;
    yield problem(peer, 'the graph has no such peer', 'name a peer of the graph');
  }
}

/** Whether the graph has each port that a rule opens between a pod and one of its peers. */
function isInGraph(edge: Edge, rule: PolicyRule, pod: PodTemplate, ofPod: readonly Connection[]): boolean {
  const receivers = rule.direction === 'Ingress' ? [pod] : edge.receivers;
  const ports = ofPod
    .filter((connection) => edge.isFarEnd(farEnd(connection, rule)))
    .flatMap((connection) => connection.ports);
  return rule.ports.every((entry) => ports.some((port) => opensOnly(entry, port, receivers)));
}

interface Edge {
  readonly name: string;
  readonly isFarEnd: (candidate: Peer) => boolean;
  readonly receivers: readonly PodTemplate[];
}

/** The edges of a peer: each workload of the namespace, a peer of another namespace, or a block of addresses. */
function edgesOf(set: ManifestSet, graph: ConnectionGraph, place: Cursor): Edge[] {
  const peer = PodPeer.at(place, graph.namespace);
  if (peer === undefined) {
    const isFarEnd = (candidate: Peer) =>
      candidate.kind === 'network' && candidate.blocks.some((block) => isBlock(place, block));
    return [{ name: place.text('ipBlock', 'cidr') ?? 'no address', isFarEnd, receivers: [] }];
  }
  const namesNamespace = place.has('namespaceSelector');
  const isNamespace = (candidate: Peer) =>
    namesNamespace && candidate.kind === 'namespace' && isNamespacePeer(set, peer, candidate);
  const here = peer.includesNamespace(set, graph.namespace) ? set.select(graph.namespace, peer.podSelector) : [];
  const workloads = here.map((pod): Edge => {
    const isFarEnd = (candidate: Peer) => isWorkload(candidate, pod) || isNamespace(candidate);
    return { name: pod.owner.name, isFarEnd, receivers: [pod] };
  });
  if (!namesNamespace) return workloads;
  const elsewhere = {
    name: `${peer.podSelector} of ${peer.namespaces ?? 'some namespace'}`,
    isFarEnd: isNamespace,
    receivers: peer.podsIn(set),
  };
  return [...workloads, elsewhere];
}

function opensOnly(entry: Cursor, port: ConnectionPort, receivers: readonly PodTemplate[]): boolean {
  return entry.has('port') && !entry.has('endPort') && allowsPort(entry, port, receivers);
}

function farEnd({ from, to }: Connection, { direction }: PolicyRule): Peer {
  return direction === 'Ingress' ? from : to;
}

function problem(at: Cursor, message: string, remedy: string): Violation {
  return { at, message, remedy };
}
