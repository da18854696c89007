import { allPolicyRules, type PolicyRule } from '../lint/network/policy-rules';
import type { Cursor } from '../manifests/cursor';
import { LabelSelector } from '../manifests/label-selector';
import type { Manifest } from '../manifests/manifest';
import type { ManifestSet } from '../manifests/manifest-set';
import type { TopologyEdge, TopologyNode } from './graph';

/** What the rules of all NetworkPolicies let through, one link for each pair of a rule. */
export function policyLinks(set: ManifestSet): TopologyEdge[] {
  return allPolicyRules(set).flatMap((rule) => {
    const near = policyPods(set, rule.policy);
    const ports = rule.ports.map(portText);
    return farPlaces(set, rule, ports).map((far) =>
      rule.direction === 'Ingress' ? { from: far, to: near, ports } : { from: near, to: far, ports },
    );
  });
}

function policyPods(set: ManifestSet, policy: Manifest): TopologyNode {
  return podPlace(set, policy.namespace, LabelSelector.from(policy.at('spec', 'podSelector')), policy.name);
}

/** Pods of the namespace one by one; what is outside of it, as one place for each rule, since one thing is meant. */
function farPlaces(set: ManifestSet, { policy, peers }: PolicyRule, ports: readonly string[]): TopologyNode[] {
  const inside = peers.filter(isInside);
  const outside = peers.filter((peer) => !isInside(peer));
  return [
    ...inside.map((peer) => {
      const selector = LabelSelector.from(peer.at('podSelector'));
      return podPlace(set, policy.namespace, selector, selector.toString());
    }),
    ...(outside.length > 0 ? [outsidePlace(outside, ports)] : []),
  ];
}

function isInside(peer: Cursor): boolean {
  return !peer.at('ipBlock').exists && !peer.at('namespaceSelector').exists;
}

const kindByOwner: Readonly<Record<string, TopologyNode['kind']>> = { Deployment: 'service', StatefulSet: 'store' };

/** Pods that no workload of the set makes come and go: cert-manager's solvers. */
function podPlace(set: ManifestSet, namespace: string, selector: LabelSelector, otherwise: string): TopologyNode {
  const [pod] = set.select(namespace, selector);
  return {
    name: pod?.owner.name ?? otherwise,
    meaning: `pods ${selector}`,
    kind: kindByOwner[pod?.owner.kind ?? ''] ?? 'temporary',
  };
}

function outsidePlace(peers: readonly Cursor[], ports: readonly string[]): TopologyNode {
  const meanings = peers.map(meaningOf);
  return { name: nameOf(peers, meanings, ports), meaning: meanings.join('; '), kind: 'outside' };
}

function nameOf(peers: readonly Cursor[], meanings: readonly string[], ports: readonly string[]): string {
  if (ports.every((port) => port.startsWith('53'))) return 'DNS';
  if (peers.some((peer) => peer.text('ipBlock', 'cidr') === '0.0.0.0/0')) return 'internet';
  return namespaceOf(peers[0]) ?? meanings.join('; ');
}

function meaningOf(peer: Cursor): string {
  const cidr = peer.text('ipBlock', 'cidr');
  const excepted = peer.at('ipBlock').texts('except');
  if (cidr !== undefined) return excepted.length > 0 ? `${cidr} without ${excepted.join(', ')}` : cidr;
  const pods = LabelSelector.from(peer.at('podSelector'));
  return `${pods.isEmpty ? 'all pods' : `pods ${pods}`} of ${namespaceOf(peer)}`;
}

function namespaceOf(peer: Cursor | undefined): string | undefined {
  return peer && LabelSelector.from(peer.at('namespaceSelector')).valuesOf('kubernetes.io/metadata.name')?.join(', ');
}

function portText(entry: Cursor): string {
  const protocol = entry.text('protocol') ?? 'TCP';
  return protocol === 'TCP' ? String(entry.at('port').value) : `${entry.at('port').value}/${protocol}`;
}
