import { Construct } from 'constructs';
import * as z from 'zod';
import type { Connection, ConnectionPort, Peer, WorkloadPeer } from '../../platform/connection';
import { requireValid } from '../../platform/errors';
import { cidr, dnsLabel, port } from '../../platform/settings/formats';
import { k8s } from '../kubernetes/k8s';
import {
  makePlatformMetadata,
  type NamespacedProps,
  type NamespaceScope,
  namespaceScopeSchema,
  omitEmpty,
} from '../kubernetes/metadata';

/** Properties of `NetworkPolicies`. */
export interface NetworkPoliciesProps extends NamespacedProps {
  /** Every connection that is allowed; all others are denied. */
  readonly connections: readonly Connection[];
  /**
   * What pods without a connection here may do: nothing, or, where others run pods of their own, anything.
   * @default 'denied'
   */
  readonly others?: 'denied' | 'open';
}

interface Rule {
  readonly peers: k8s.NetworkPolicyPeer[];
  readonly ports: k8s.NetworkPolicyPort[];
}

const podLabels = z.record(z.string(), z.string());
const peer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('workload'), name: dnsLabel, podLabels }),
  z.looseObject({ kind: z.literal('namespace'), name: z.string(), namespace: dnsLabel, podLabels }),
  z.looseObject({
    kind: z.literal('network'),
    name: z.string(),
    blocks: z.array(z.looseObject({ cidr, except: z.array(cidr) })),
  }),
]);
const ports = z.array(z.looseObject({ port, protocol: z.enum(['TCP', 'UDP']) }));
const listSchema = z.object({ connections: z.array(z.object()) });
const propsSchema = z.object({ namespaceScope: namespaceScopeSchema, peers: z.array(peer), ports: z.array(ports) });

/** The connection graph as NetworkPolicies: each workload may use its own connections, and no others. */
export class NetworkPolicies extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, connections, others = 'denied' }: NetworkPoliciesProps) {
    super(scope, id);
    requireValid(listSchema, { connections }, 'NetworkPolicies');
    // Connections share their ends and ports, each of which is validated once.
    const peers = [...new Set(connections.flatMap(({ from, to }) => [from, to]))];
    const ports = [...new Set(connections.map(({ ports }) => ports))];
    requireValid(propsSchema, { namespaceScope, peers, ports }, 'NetworkPolicies');
    if (others === 'denied') this.denyAll(namespaceScope);
    for (const peer of listWorkloads(connections)) this.addPolicy(namespaceScope, peer, connections);
  }

  private denyAll(namespaceScope: NamespaceScope): void {
    new k8s.KubeNetworkPolicy(this, 'default-deny', {
      metadata: makePlatformMetadata(namespaceScope, 'default-deny'),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }

  private addPolicy(namespaceScope: NamespaceScope, peer: WorkloadPeer, connections: readonly Connection[]): void {
    const incoming = makeRules(
      connections.filter(({ to }) => isSame(to, peer)),
      'from',
    );
    const outgoing = makeRules(
      connections.filter(({ from }) => isSame(from, peer)),
      'to',
    );
    new k8s.KubeNetworkPolicy(this, peer.name, {
      metadata: makePlatformMetadata(namespaceScope, peer.name),
      spec: {
        podSelector: { matchLabels: peer.podLabels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: omitEmpty(incoming.map(({ peers, ports }) => ({ from: peers, ports }))),
        egress: omitEmpty(outgoing.map(({ peers, ports }) => ({ to: peers, ports }))),
      },
    });
  }
}

function listWorkloads(connections: readonly Connection[]): WorkloadPeer[] {
  const peers = connections.flatMap(({ from, to }) => [from, to]).filter((peer) => peer.kind === 'workload');
  return [...new Map(peers.map((peer) => [peer.name, peer])).values()];
}

function isSame(peer: Peer, workload: WorkloadPeer): boolean {
  return peer.kind === 'workload' && peer.name === workload.name;
}

/**
 * Groups the peers of a policy by ports, so that a reviewer reads it port by port. A rule without peers would allow every
 * peer, so a peer without addresses yields no rule.
 */
function makeRules(connections: readonly Connection[], side: 'from' | 'to'): Rule[] {
  const byPorts = new Map<string, Rule>();
  for (const connection of connections) {
    const key = JSON.stringify(connection.ports);
    const rule = byPorts.get(key) ?? { peers: [], ports: connection.ports.map(makePolicyPort) };
    byPorts.set(key, { ...rule, peers: [...rule.peers, ...makePolicyPeers(connection[side])] });
  }
  return [...byPorts.values()].filter(({ peers }) => peers.length > 0);
}

function makePolicyPeers(peer: Peer): k8s.NetworkPolicyPeer[] {
  if (peer.kind === 'workload') return [{ podSelector: { matchLabels: peer.podLabels } }];
  if (peer.kind === 'network') {
    return peer.blocks.map(({ cidr, except }) => ({
      ipBlock: { cidr, except: omitEmpty([...except]) },
    }));
  }
  return [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': peer.namespace } },
      podSelector: Object.keys(peer.podLabels).length > 0 ? { matchLabels: peer.podLabels } : undefined,
    },
  ];
}

function makePolicyPort({ port, protocol }: ConnectionPort): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(port), protocol };
}
