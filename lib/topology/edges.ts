import type { Cursor } from '../manifests/cursor';
import { LabelSelector } from '../manifests/label-selector';
import type { Manifest } from '../manifests/manifest';
import type { ManifestSet } from '../manifests/manifest-set';
import { listPolicyRules, type PolicyRule } from '../manifests/network-policies';

/** One end of a connection. */
export interface TopologyNode {
  readonly name: string;
  /** The pods, namespaces or addresses that are meant, as the objects name them. */
  readonly meaning: string;
  readonly kind: 'service' | 'store' | 'temporary' | 'outside';
}

/** A connection that is allowed. */
export interface TopologyEdge {
  readonly from: TopologyNode;
  readonly to: TopologyNode;
  /** `443`, `53/UDP`; a bare number is TCP. */
  readonly ports: readonly string[];
}

/** Connections that the NetworkPolicies allow, one edge for each pair of a rule. */
export function listPolicyEdges(set: ManifestSet): TopologyEdge[] {
  return listPolicyRules(set).flatMap((rule) => {
    const near = findPolicyPods(set, rule.policy);
    const ports = rule.ports.map(formatPort);
    return listFarNodes(set, rule, ports).map((far) =>
      rule.direction === 'Ingress' ? { from: far, to: near, ports } : { from: near, to: far, ports },
    );
  });
}

/** TLS ends at the ingress controller or Gateway; on port 80 it redirects, and answers certificate challenges. */
const publicPorts = ['80', '443'];

const httpRoute = 'HTTPRoute.gateway.networking.k8s.io';

/** Connections from the internet to what serves public hosts: the external callers of the pods behind an Ingress or route. */
export function listPublicEdges(set: ManifestSet, edges: readonly TopologyEdge[]): TopologyEdge[] {
  const [ingresses, routes] = [set.ofType('Ingress.networking.k8s.io'), set.ofType(httpRoute)];
  const rules = ingresses.flatMap((ingress) => ingress.items('spec', 'rules'));
  const hosts = new Set([
    ...rules.flatMap((rule) => rule.text('host') ?? []),
    ...routes.flatMap((route) => route.texts('spec', 'hostnames')),
  ]);
  const world: TopologyNode = { name: 'world', meaning: `clients of ${[...hosts].join(', ')}`, kind: 'outside' };
  const backends = [
    ...ingresses.flatMap((ingress) => listIngressBackends(set, ingress)),
    ...routes.flatMap((route) => listRouteBackends(set, route)),
  ];
  const controllers = edges.filter(
    ({ from, to, ports }) =>
      from.kind === 'outside' && backends.some(({ name, port }) => to.name === name && ports.includes(port)),
  );
  const byName = new Map(controllers.map(({ from }) => [from.name, from]));
  return [...byName.values()].map((to) => ({ from: world, to, ports: publicPorts }));
}

function findPolicyPods(set: ManifestSet, policy: Manifest): TopologyNode {
  return makePodNode(set, policy.namespace, LabelSelector.from(policy.at('spec', 'podSelector')), policy.name);
}

/** Pods of the namespace one by one; all external peers of a rule as one node. */
function listFarNodes(set: ManifestSet, { policy, peers }: PolicyRule, ports: readonly string[]): TopologyNode[] {
  const internal = peers.filter(isInternal);
  const external = peers.filter((peer) => !isInternal(peer));
  return [
    ...internal.map((peer) => {
      const selector = LabelSelector.from(peer.at('podSelector'));
      return makePodNode(set, policy.namespace, selector, selector.toString());
    }),
    ...(external.length > 0 ? [makeExternalNode(external, ports)] : []),
  ];
}

function isInternal(peer: Cursor): boolean {
  return !peer.has('ipBlock') && !peer.has('namespaceSelector');
}

const kindByOwner: Readonly<Record<string, TopologyNode['kind']>> = { Deployment: 'service', StatefulSet: 'store' };

/** Pods that no workload of the set creates are temporary ones: cert-manager's solvers. */
function makePodNode(set: ManifestSet, namespace: string, selector: LabelSelector, defaultName: string): TopologyNode {
  const [pod] = set.select(namespace, selector);
  return {
    name: pod?.owner.name ?? defaultName,
    meaning: `pods ${selector}`,
    kind: kindByOwner[pod?.owner.kind ?? ''] ?? 'temporary',
  };
}

function makeExternalNode(peers: readonly Cursor[], ports: readonly string[]): TopologyNode {
  const meanings = peers.map(describePeer);
  return { name: nameExternal(peers, meanings, ports), meaning: meanings.join('; '), kind: 'outside' };
}

function nameExternal(peers: readonly Cursor[], meanings: readonly string[], ports: readonly string[]): string {
  if (ports.every((port) => port.startsWith('53'))) return 'DNS';
  if (peers.some((peer) => peer.text('ipBlock', 'cidr') === '0.0.0.0/0')) return 'internet';
  return listNamespacesOf(peers[0]) ?? meanings.join('; ');
}

function describePeer(peer: Cursor): string {
  const cidr = peer.text('ipBlock', 'cidr');
  const excepted = peer.texts('ipBlock', 'except');
  if (cidr !== undefined) return excepted.length > 0 ? `${cidr} without ${excepted.join(', ')}` : cidr;
  const pods = LabelSelector.from(peer.at('podSelector'));
  return `${pods.isEmpty ? 'all pods' : `pods ${pods}`} of ${listNamespacesOf(peer)}`;
}

function listNamespacesOf(peer: Cursor | undefined): string | undefined {
  return peer && LabelSelector.from(peer.at('namespaceSelector')).valuesOf('kubernetes.io/metadata.name')?.join(', ');
}

function formatPort(entry: Cursor): string {
  const protocol = entry.text('protocol') ?? 'TCP';
  return protocol === 'TCP' ? String(entry.at('port').value) : `${entry.at('port').value}/${protocol}`;
}

interface Backend {
  /** Workload of the pods. */
  readonly name: string;
  /** Port that the pods listen on. */
  readonly port: string;
}

function listIngressBackends(set: ManifestSet, ingress: Manifest): Backend[] {
  const paths = ingress.items('spec', 'rules').flatMap((rule) => rule.items('http', 'paths'));
  return paths
    .map((path) => path.at('backend', 'service'))
    .flatMap((backend) => findPodsBehind(set, ingress, backend.text('name'), backend.number('port', 'number')));
}

function listRouteBackends(set: ManifestSet, route: Manifest): Backend[] {
  return route
    .items('spec', 'rules')
    .flatMap((rule) => rule.items('backendRefs'))
    .flatMap((backend) => findPodsBehind(set, route, backend.text('name'), backend.number('port')));
}

/** The pods behind a port of a Service in the namespace of an object. */
function findPodsBehind(
  set: ManifestSet,
  { namespace }: Manifest,
  name: string | undefined,
  number: number | undefined,
): Backend[] {
  const service = set.find('Service', namespace, name ?? '');
  const port = service?.items('spec', 'ports').find((entry) => entry.number('port') === number);
  if (!service || !port) return [];
  const pods = set.select(namespace, LabelSelector.fromMap(service.textMap('spec', 'selector')));
  return pods.map(({ owner }) => ({ name: owner.name, port: String(port.at('targetPort').value) }));
}
