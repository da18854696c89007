import {
  listGatewayPeers,
  listIngressPeers,
  listPublicEndpoints,
  locateKubernetesApi,
} from '../../lib/charts/environment-peers';
import type { Environment } from '../../lib/platform/environment';
import type { GatewaySettings, Proxies } from '../../lib/platform/settings/edge';
import { shop, shopIngress, shopTest } from '../support/shop';

function gateway(
  proxies: Proxies,
  implementation: GatewaySettings['implementation'] = 'envoy-gateway',
): GatewaySettings {
  const { clientAddress, clusterIssuer, publicCertificates } = shopIngress;
  const entrance = { clientAddress, clusterIssuer, publicCertificates };
  return { kind: 'gateway', className: 'public', implementation, proxies, balancerCidrs: [], ...entrance };
}

function withEdge(edge: Environment['edge']): Environment<typeof shop> {
  return { ...shopTest, edge };
}

const beside = gateway({ kind: 'beside-gateway' }, 'nginx-gateway-fabric');

test('an ingress controller is its pods, and the addresses of its nodes if it has their network', () => {
  const pods = { kind: 'namespace', name: 'ingress controller', namespace: 'gateway', podLabels: {} };
  expect(listIngressPeers(shopIngress)).toEqual([pods]);
  const [first, nodes] = listIngressPeers({ ...shopIngress, controllerCidrs: ['10.0.1.0/24'] });
  expect(first).toEqual(pods);
  expect(nodes).toMatchObject({ kind: 'network', blocks: [{ cidr: '10.0.1.0/24', except: [] }] });
  expect(listIngressPeers(beside)).toEqual([]);
});

test.each([
  ['beside it', beside, { namespace: 'shop-test-edge' }],
  ['in a namespace', gateway({ kind: 'namespace', namespace: 'proxies' }), { namespace: 'proxies' }],
  ['on nodes', gateway({ kind: 'nodes', cidrs: ['10.9.0.0/24'] }), { blocks: [{ cidr: '10.9.0.0/24', except: [] }] }],
])('the proxies of a Gateway are %s', (_, edge, place) => {
  expect(listGatewayPeers(shop, withEdge(edge))).toEqual([
    expect.objectContaining({ name: 'gateway proxies', ...place }),
  ]);
});

test('an environment without a Gateway has no proxies', () => {
  expect(listGatewayPeers(shop, shopTest)).toEqual([]);
});

test('public hosts are served by both edges during a move, each on its own port', () => {
  const edge = { kind: 'both', ingress: shopIngress, gateway: gateway({ kind: 'beside-gateway' }) } as const;
  const ports = listPublicEndpoints(shop, withEdge(edge)).map(({ peer, ports }) => [
    peer.name,
    ports.map(({ port }) => port),
  ]);
  expect(ports).toEqual([
    ['ingress controller', [443]],
    ['gateway proxies', [10443]],
  ]);
});

test('the Kubernetes API is at its addresses and ports alone', () => {
  expect(locateKubernetesApi({ cidrs: ['10.1.0.1/32'], ports: [6443, 443] })).toEqual({
    peer: { kind: 'network', name: 'Kubernetes API', blocks: [{ cidr: '10.1.0.1/32', except: [] }] },
    ports: [
      { port: 6443, protocol: 'TCP' },
      { port: 443, protocol: 'TCP' },
    ],
  });
});
