import { type GraphInput, listConnections } from '../../../lib/constructs/network/connection-graph';
import { internet, ipBlocks, namespacePods, tcp, workload } from '../../../lib/constructs/network/well-known-peers';
import type { Connection, Peer } from '../../../lib/platform/connection';
import type { ServiceContract } from '../../../lib/platform/service-contract';
import { catalog } from '../../support/shop';

const exposure = {
  subdomain: 'www',
  servicePort: 'http',
  maxBodySize: '1Mi',
  idleTimeout: 60,
  connectTimeout: 5,
  buffering: true,
  limits: 'none' as const,
  smoke: [],
};
const internal: ServiceContract = { ...catalog, calls: [] };
const exposed: ServiceContract = {
  ...catalog,
  name: 'site',
  ports: { http: 4000, metrics: 4001 },
  calls: [],
  exposure,
};

/** The graph of some contracts with an in-cluster database and managed or external other peers. */
function connections(contracts: readonly ServiceContract[], change: Partial<GraphInput>): Connection[] {
  return listConnections({
    contracts,
    workloadName: (service) => `shop-${service}`,
    peers: {
      database: { peer: workload('postgres'), ports: [tcp(5432)] },
      cache: { peer: ipBlocks('managed cache', ['10.3.0.0/24']), ports: [tcp(6380)] },
      https: { peer: internet, ports: [tcp(443)] },
      smtp: { peer: internet, ports: [tcp(587)] },
      'kubernetes-api': { peer: ipBlocks('Kubernetes API', ['10.1.0.1/32']), ports: [tcp(443), tcp(6443)] },
    },
    jobs: [],
    stores: [],
    gateways: [namespacePods('gateway', 'gateway')],
    solverCallers: [namespacePods('gateway', 'gateway')],
    scrapers: [namespacePods('monitoring', 'monitoring')],
    ...change,
  });
}

function isLookup({ ports }: Connection): boolean {
  return ports.some(({ port }) => port === 53);
}

/** All of it but name resolution. */
function graph(contracts: readonly ServiceContract[], change: Partial<GraphInput> = {}): string[] {
  return connections(contracts, change)
    .filter((connection) => !isLookup(connection))
    .map(describeConnection);
}

function describeConnection({ from, to, ports }: Connection): string {
  return `${from.name} -> ${to.name} ${ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ')}`;
}

test('an internal service is scraped, and nothing else reaches it', () => {
  expect(graph([internal])).toStrictEqual(['monitoring -> shop-catalog 3001/TCP']);
});

test('an exposed service is reached by every gateway, and so is the certificate solver', () => {
  const gateways: Peer[] = [namespacePods('pods', 'gateway'), ipBlocks('nodes', ['10.9.0.0/16'])];
  expect(graph([exposed], { gateways, solverCallers: gateways })).toStrictEqual([
    'pods -> shop-site 4000/TCP',
    'nodes -> shop-site 4000/TCP',
    'monitoring -> shop-site 4001/TCP',
    'pods -> acme-http-solver 8089/TCP',
    'nodes -> acme-http-solver 8089/TCP',
  ]);
});

test('a service calls another on its http port', () => {
  expect(graph([internal, { ...exposed, exposure: 'internal', calls: ['catalog'] }])).toStrictEqual([
    'monitoring -> shop-catalog 3001/TCP',
    'monitoring -> shop-site 4001/TCP',
    'shop-site -> shop-catalog 3000/TCP',
  ]);
});

test('a service calls well-known peers where the environment has them', () => {
  const calls = ['database', 'cache', 'https', 'smtp', 'kubernetes-api'] as const;
  expect(graph([{ ...internal, calls }])).toStrictEqual([
    'monitoring -> shop-catalog 3001/TCP',
    'shop-catalog -> postgres 5432/TCP',
    'shop-catalog -> managed cache 6380/TCP',
    'shop-catalog -> internet 443/TCP',
    'shop-catalog -> internet 587/TCP',
    'shop-catalog -> Kubernetes API 443/TCP 6443/TCP',
  ]);
});

test('a service with the name of a well-known peer would be called instead of it', () => {
  const search: ServiceContract = { ...exposed, name: 'cache', exposure: 'internal' };
  expect(graph([{ ...internal, calls: ['cache'] }, search])).toContain('shop-catalog -> shop-cache 4000/TCP');
});

test('stores are scraped', () => {
  const stores = [{ peer: workload('postgres'), metricsPort: 9187 }];
  expect(graph([], { stores })).toStrictEqual(['monitoring -> postgres 9187/TCP']);
});

test('a job calls the peers that it names, and no peer calls or scrapes it', () => {
  const jobs = [
    { name: 'shop-migration', calls: ['database'] },
    { name: 'copy', calls: ['https'] },
  ];
  expect(graph([], { jobs })).toStrictEqual(['shop-migration -> postgres 5432/TCP', 'copy -> internet 443/TCP']);
});

test('everything resolves names', () => {
  const stores = [{ peer: workload('postgres'), metricsPort: 9187 }];
  const lookups = connections([internal], { stores, jobs: [{ name: 'backup', calls: [] }] }).filter(isLookup);
  expect(lookups.map(describeConnection).sort()).toStrictEqual(
    ['backup', 'postgres', 'shop-catalog'].flatMap((name) =>
      ['cluster DNS', 'link-local DNS', 'node-local DNS'].map((dns) => `${name} -> ${dns} 53/UDP 53/TCP`),
    ),
  );
});

test('challenges of certificates come only from peers that pass them on to this namespace', () => {
  const gateways = [namespacePods('gateway', 'gateway'), namespacePods('proxies', 'edge')];
  const challenges = (solverCallers: readonly Peer[]) =>
    graph([exposed], { gateways, solverCallers }).filter((line) => line.includes('acme'));
  expect(challenges([])).toStrictEqual([]);
  expect(challenges(gateways)).toHaveLength(2);
});
