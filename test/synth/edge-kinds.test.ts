import { App } from 'cdk8s';
import { EdgeChart } from '../../lib/charts/edge-chart';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { type KubernetesManifest, Manifest } from '../../lib/manifests/manifest';
import type { Environment } from '../../lib/platform/environment';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import { definePlatform, type Platform } from '../../lib/platform/platform';
import type { Edge, ImplementationName } from '../../lib/platform/settings/edge';
import { nameEnvironmentFiles } from '../../lib/synth/environment-charts';
import { listNotices } from '../../lib/synth/notices';
import { buildEnvironment, lintOutput } from '../../lib/synth/render-environment';
import { readTopology } from '../../lib/topology/topology';
import { chatServer } from '../../lib/veza/services/chat-server';
import { mutateReferences } from '../lint/mutations';
import { changed } from '../support/changed';
import { behindBoth, behindGateway, gatewayOfKind } from '../support/edges';
import { catalog, shop, shopIngress, shopTest } from '../support/shop';

const { exposure } = chatServer;
/** The shop with a public host. */
const openShop: Platform = definePlatform({
  name: shop.name,
  settings: shop.settings,
  secrets: shop.secrets,
  databasePassword: shop.databasePassword,
  services: [{ ...catalog, exposure: { ...exposure, subdomain: 'www' } }],
});

const implementations: readonly ImplementationName[] = ['portable', 'envoy-gateway', 'nginx-gateway-fabric'];
const cases = implementations.flatMap((implementation): [string, Environment][] => {
  const gateway = gatewayOfKind(implementation);
  return [
    [implementation, behindGateway(shopTest, gateway)],
    [`${implementation} beside an ingress controller`, behindBoth(shopTest, gateway)],
  ];
});

function objectsIn(environment: Environment, file: string): readonly KubernetesManifest[] {
  return buildEnvironment(openShop, environment).files[file] ?? [];
}

function idsOf(objects: readonly KubernetesManifest[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

function policyOf(objects: readonly KubernetesManifest[], name: string): string {
  return JSON.stringify(objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name));
}

describe.each(cases)('behind %s', (_, environment) => {
  const output = buildEnvironment(openShop, environment);
  const main = output.files.test ?? [];
  const edge = output.files['test-edge'] ?? [];

  test('the Gateway has a file of its own, and the linter finds nothing', () => {
    expect(validateEnvironment(openShop, environment)).toStrictEqual([]);
    expect(Object.keys(output.files)).toStrictEqual(['test', 'test-edge', 'test-monitoring', 'test.dashboards']);
    expect(nameEnvironmentFiles(environment)).toStrictEqual(Object.keys(output.files));
    expect(lintOutput(output)).toStrictEqual([]);
  });

  test('the host has a listener, a certificate, a redirect and a route', () => {
    expect(idsOf(edge)).toEqual(
      expect.arrayContaining(['Gateway/shop', 'Certificate/shop-www', 'HTTPRoute/shop-redirect']),
    );
    expect(idsOf(main)).toContain('HTTPRoute/shop-www');
    expect(idsOf(main).includes('Ingress/shop-www-ingress')).toBe(environment.edge.kind === 'both');
  });

  test('challenges are answered where the certificates are', () => {
    expect(policyOf(edge, 'acme-http-solver')).toContain('8089');
    expect(idsOf(main).includes('NetworkPolicy/acme-http-solver')).toBe(environment.edge.kind === 'both');
  });

  test('nothing in the namespace of the Gateway is for pods that others run there', () => {
    expect(idsOf(edge)).not.toContain('NetworkPolicy/default-deny');
    expect(edge.filter(({ kind }) => kind === 'ResourceQuota' || kind === 'LimitRange')).toStrictEqual([]);
  });

  test('the internet is drawn as the caller of what serves the host', () => {
    const edges = readTopology(main).filter(({ from }) => from.name === 'world');
    expect(edges.map(({ from }) => from.meaning)).toContain('clients of www.shop.test');
  });
});

test.each(implementations)('behind %s, no reference can be renamed without a finding', (implementation) => {
  const environment = {
    ...behindGateway(shopTest, gatewayOfKind(implementation)),
    monitoring: { kind: 'none' } as const,
  };
  const { files, check } = buildEnvironment(openShop, environment);
  const exemptions = [
    { pattern: /ports\[1\]\.containerPort/, reason: 'no one collects the metrics' },
    { pattern: /configMap\.items\[0\]\.key/, reason: 'the ConfigMap of the authority is outside the set' },
    { pattern: /issuerRef\.name/, reason: 'the issuer is of the cluster' },
  ];
  const report = mutateReferences(Object.values(files).flat(), check, exemptions);
  expect(report).toMatchObject({ missed: [], stale: [] });
  expect(report.made).toBeGreaterThan(30);
});

test('a policy for a route that does not exist is a finding', () => {
  const environment = behindGateway(shopTest, gatewayOfKind('envoy-gateway'));
  const objects = JSON.parse(
    JSON.stringify(objectsIn(environment, 'test')).replace(
      '"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute","name":"shop-www"}]',
      '"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute","name":"shop-ww"}]',
    ),
  );
  expect(lintManifests(objects, { policy: false }).map(({ rule }) => rule)).toStrictEqual(['custom-references']);
});

test('only the proxies of the Gateway may connect to a service from outside', () => {
  const envoy = objectsIn(behindGateway(shopTest, gatewayOfKind('envoy-gateway')), 'test');
  expect(policyOf(envoy, 'shop-catalog')).toContain(
    '{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"envoy-gateway-system"}},' +
      '"podSelector":{"matchLabels":{"gateway.envoyproxy.io/owning-gateway-name":"shop",' +
      '"gateway.envoyproxy.io/owning-gateway-namespace":"shop-test-edge"}}}',
  );
  const nginx = objectsIn(behindGateway(shopTest, gatewayOfKind('nginx-gateway-fabric')), 'test');
  expect(policyOf(nginx, 'shop-catalog')).toContain(
    '{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop-test-edge"}},' +
      '"podSelector":{"matchLabels":{"gateway.networking.k8s.io/gateway-name":"shop"}}}',
  );
  const proxies = { kind: 'nodes', cidrs: ['10.9.0.0/24'] } as const;
  const cilium = objectsIn(behindGateway(shopTest, { ...gatewayOfKind('portable'), proxies }), 'test');
  expect(policyOf(cilium, 'shop-catalog')).toContain('"cidr":"10.9.0.0/24"');
});

test('probes may connect to the proxies on the port that these listen on', () => {
  const policy = (implementation: ImplementationName) =>
    policyOf(objectsIn(behindGateway(shopTest, gatewayOfKind(implementation)), 'test-monitoring'), 'blackbox-exporter');
  expect(policy('envoy-gateway')).toContain('10443');
  expect(policy('nginx-gateway-fabric')).not.toContain('10443');
});

test('hosts of more than sixteen services are redirected by several routes, as one takes no more hostnames', () => {
  const services = Array.from({ length: 18 }, (_, index) => {
    return { ...catalog, name: `s${index}`, exposure: { ...exposure, subdomain: `s${index}` } };
  });
  const platform: Platform = { ...openShop, services };
  const chart = new EdgeChart(new App(), 'edge', {
    platform,
    environment: behindGateway(shopTest, gatewayOfKind('portable')),
    gateway: gatewayOfKind('portable'),
  });
  const redirects = (chart.toJson() as KubernetesManifest[]).filter(({ kind }) => kind === 'HTTPRoute');
  expect(idsOf(redirects)).toEqual(['HTTPRoute/shop-redirect', 'HTTPRoute/shop-redirect-2']);
  expect(redirects.map((route) => new Manifest(route).at('spec').texts('hostnames').length)).toEqual([16, 2]);
});

test.each([
  ['100Mi', '100Mi'],
  ['1.5Mi', '1572864'],
  ['1e6', '1000000'],
])('Envoy Gateway is told to buffer %s as a whole number', (maxBodySize, limit) => {
  const large = { ...exposure, buffering: true, maxBodySize, smoke: [] };
  const platform: Platform = { ...openShop, services: [{ ...catalog, exposure: large }] };
  const { files } = buildEnvironment(platform, behindGateway(shopTest, gatewayOfKind('envoy-gateway')));
  const policy = files.test?.find(({ kind }) => kind === 'BackendTrafficPolicy');
  expect(new Manifest(policy ?? {}).text('spec', 'requestBuffer', 'limit')).toBe(limit);
});

test('a platform without a public host has a Gateway that leads nowhere', () => {
  const output = buildEnvironment(shop, behindGateway(shopTest, gatewayOfKind('portable')));
  expect(lintOutput(output)).toStrictEqual([]);
  const edge = output.files['test-edge'] ?? [];
  expect(edge.filter(({ kind }) => /Certificate|HTTPRoute|NetworkPolicy/.test(kind))).toStrictEqual([]);
});

test('certificates, and the proxies beside them, are watched in the namespaces that they are in', () => {
  const text = (edge: Edge) => {
    const monitoring = {
      ...shopTest.monitoring,
      externalTargets: { ingressNginx: 'none', gateway: 'none', certManager: 'cm.cert-manager.svc' },
    };
    const rules = objectsIn({ ...shopTest, monitoring, edge }, 'test-monitoring').find(
      ({ metadata }) => metadata.name === 'prometheus-rules',
    );
    return Object.values(new Manifest(rules ?? {}).textMap('data')).join();
  };
  expect(text(shopIngress)).not.toContain('shop-test-edge');
  const gateway = gatewayOfKind('portable');
  expect(text(gateway)).toContain('exported_namespace="shop-test-edge"');
  expect(text(gateway)).toContain('namespace=~"shop-test|shop-test-monitoring|shop-test-edge"');
  const both = { kind: 'both', ingress: shopIngress, gateway } as const;
  expect(text(both)).toContain('exported_namespace=~"shop-test|shop-test-edge"');
});

test('the metrics of the proxies are scraped where they are known, and Prometheus may connect to them', () => {
  const scraped = (implementation: ImplementationName) => {
    const objects = objectsIn(behindGateway(shopTest, gatewayOfKind(implementation)), 'test-monitoring');
    const config = objects.find(({ metadata }) => metadata.name === 'prometheus-config');
    return `${new Manifest(config ?? {}).text('data', 'prometheus.yml')}${policyOf(objects, 'prometheus')}`;
  };
  expect(scraped('envoy-gateway')).toMatch(
    /job_name: envoy-gateway\n[\s\S]*metrics_path: \/stats\/prometheus[\s\S]*"port":19001/,
  );
  expect(scraped('nginx-gateway-fabric')).toMatch(/job_name: nginx-gateway-fabric\n[\s\S]*"port":9113/);
  expect(scraped('portable')).not.toMatch(/gateway-fabric|envoy-gateway/);
});

test('metrics of a Gateway that is not there, or not known, are refused', () => {
  for (const environment of [shopTest, behindGateway(shopTest, gatewayOfKind('portable'))]) {
    expect(
      validateEnvironment(openShop, changed(environment, 'monitoring.externalTargets.gateway', 'metrics.edge.svc')),
    ).toStrictEqual([
      'test.monitoring.externalTargets.gateway: "metrics.edge.svc": no Gateway is stated whose metrics are known; use none',
    ]);
  }
});

test('metrics of an ingress controller that is not there are refused', () => {
  const environment = { ...shopTest, edge: gatewayOfKind('portable') };
  expect(validateEnvironment(openShop, environment)).toStrictEqual([
    'test.monitoring.externalTargets.ingressNginx: "ingress-nginx-controller-metrics.ingress-nginx.svc": edge.kind is ' +
      'gateway, which has no ingress controller; use none',
  ]);
});

test('the quota has a pod for the solver of each Ingress, and none for those of the Gateway', () => {
  const pods = (environment: Environment) => {
    const quotas = objectsIn(environment, 'test').filter(({ kind }) => kind === 'ResourceQuota');
    return quotas.map((quota) => Number(new Manifest(quota).at('spec', 'hard', 'pods').value ?? 0));
  };
  const gateway = gatewayOfKind('portable');
  expect(pods(behindBoth(shopTest, gateway))).toStrictEqual(pods(shopTest));
  const [all = 0] = pods(shopTest);
  expect(pods(behindGateway(shopTest, gateway))[0]).toBe(all - 1);
});

test('during a move, challenges reach the solvers of both by the way that DNS leads', () => {
  const environment = behindBoth(shopTest, gatewayOfKind('envoy-gateway'));
  const solvers = policyOf(objectsIn(environment, 'test-edge'), 'acme-http-solver');
  expect(solvers).toContain('"kubernetes.io/metadata.name":"gateway"');
  expect(solvers).toContain('"kubernetes.io/metadata.name":"envoy-gateway-system"');
  expect(listNotices(openShop, environment).join()).toContain(
    'while DNS leads to the ingress controller, it needs a solver of kind ingress or dns01',
  );
});

test('the namespace of the Gateway is no other environment’s', () => {
  const name = 'test-edge';
  expect(validateEnvironment(openShop, { ...shopTest, name })).toStrictEqual([expect.stringContaining('-edge')]);
});

test('what an implementation cannot do is reported, and what its issuer needs', () => {
  const edgeNotices = (implementation: ImplementationName) =>
    listNotices(openShop, behindGateway(shopTest, gatewayOfKind(implementation))).filter(
      (line) => !/Secret/.test(line),
    );
  const issuer =
    'test: letsencrypt-gateway issues the certificates of the Gateway shop-test-edge/shop: it needs a solver of kind ' +
    'gatewayHTTPRoute with that Gateway as its parent, or dns01';
  const address =
    "test: limits of www count by client address: make sure that the controller sees it, or state clientAddress: 'hidden'";
  const concurrency = (name: string) =>
    `test: ${name} does not count the open requests of a client: nothing limits them to 3000 on www`;
  expect(edgeNotices('portable')).toStrictEqual([
    issuer,
    'test: the Gateway API cannot limit bodies of www (1Mi), idle time (3600 s), time to connect (3600 s) or clients, nor ' +
      'turn buffering off; configure the implementation to',
  ]);
  expect(edgeNotices('envoy-gateway')).toStrictEqual([
    issuer,
    'test: envoy-gateway limits the size of a body only if it collects it: nothing enforces 1Mi on www',
    concurrency('envoy-gateway'),
    address,
  ]);
  expect(edgeNotices('nginx-gateway-fabric')).toStrictEqual([issuer, concurrency('nginx-gateway-fabric'), address]);
});
