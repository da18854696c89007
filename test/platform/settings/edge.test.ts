import type { Environment } from '../../../lib/platform/environment';
import { validateEnvironment } from '../../../lib/platform/environment-validation';
import type { Platform } from '../../../lib/platform/platform';
import { decidePublicCertificates, type Edge, findGateway, findIngress } from '../../../lib/platform/settings/edge';
import { backendApi } from '../../../lib/veza/services/backend-api';
import { changed } from '../../support/changed';
import { behindGateway, gatewayOfKind } from '../../support/edges';
import { catalog, shop, shopIngress, shopTest } from '../../support/shop';

const gateway = gatewayOfKind('portable');
const both = { kind: 'both', ingress: shopIngress, gateway } as const;

test('an edge has an ingress controller, a Gateway, or both', () => {
  expect([findIngress(shopIngress), findGateway(shopIngress)]).toStrictEqual([shopIngress, undefined]);
  expect([findIngress(gateway), findGateway(gateway)]).toStrictEqual([undefined, gateway]);
  expect([findIngress(both), findGateway(both)]).toStrictEqual([shopIngress, gateway]);
});

test('clients trust the certificates only if those of every way are trusted', () => {
  const untrusted = 'untrusted' as const;
  expect(decidePublicCertificates(both)).toBe('trusted');
  expect(decidePublicCertificates({ ...both, ingress: { ...shopIngress, publicCertificates: untrusted } })).toBe(
    untrusted,
  );
  expect(decidePublicCertificates({ ...both, gateway: { ...gateway, publicCertificates: untrusted } })).toBe(untrusted);
});

test.each<[path: string, value: unknown, remedy: string]>([
  ['className', 'Envoy', 'use lower-case letters, digits, inner hyphens and dots'],
  ['implementation', 'cilium', 'use one of envoy-gateway, nginx-gateway-fabric, portable'],
  ['clientAddress', 'proxy', 'use one of connection, proxy-protocol, forwarded, hidden'],
  ['clusterIssuer', 'letsencrypt prod', 'use lower-case letters, digits, inner hyphens and dots'],
  [
    'proxies',
    { kind: 'namespace', namespace: 'Envoy' },
    'use lower-case letters, digits and inner hyphens, at most 63',
  ],
  ['proxies', { kind: 'nodes', cidrs: [] }, 'is empty; name at least one range'],
  ['balancerCidrs', ['10.0.2.0'], 'use CIDR notation, such as 10.0.0.0/16'],
])('a wrong edge.%s is refused: %j', (path, value, remedy) => {
  const environment = behindGateway(shopTest, gateway);
  const [problem = ''] = validateEnvironment(shop, changed(environment, `edge.${path}`, value));
  expect(problem).toMatch(new RegExp(`^test\\.edge\\.${path}.*: ${remedy}$`));
});

test.each(['proxy-protocol', 'forwarded'] as const)(
  'NGINX Gateway Fabric needs to know who says %s',
  (clientAddress) => {
    const nginx = { ...gatewayOfKind('nginx-gateway-fabric'), clientAddress };
    expect(validateEnvironment(shop, behindGateway(shopTest, nginx))).toStrictEqual([
      `test.edge.balancerCidrs: []: is empty, and nginx-gateway-fabric needs it for clientAddress ${clientAddress}; name at least one range`,
    ]);
    const known = behindGateway(shopTest, { ...nginx, balancerCidrs: ['10.0.2.0/24'] });
    expect(validateEnvironment(shop, known)).toStrictEqual([]);
  },
);

test('a Gateway has listeners for 63 public hosts, an Ingress each has no limit', () => {
  const names = Array.from({ length: 64 }, (_, index) => `catalog-${index}`);
  const platformOf = (count: number) => ({
    ...shop,
    services: names.slice(0, count).map((name, index) => ({
      ...catalog,
      name,
      ports: { http: 3000 + 2 * index, metrics: 3001 + 2 * index },
      exposure: { ...backendApi.exposure, subdomain: name },
    })),
  });
  const environmentOf = (count: number, edge: Edge) => {
    const each = <T>(value: T) => Object.fromEntries(names.slice(0, count).map((name) => [name, value]));
    const monitoring = { ...shopTest.monitoring, objectives: each(99) };
    const sizing = shopTest.services.catalog;
    return {
      ...behindGateway({ ...shopTest, monitoring }, gateway),
      edge,
      database: { ...shopTest.database, maxConnections: 10_000 },
      releases: each('v1.0.0'),
      services: each(sizing),
    };
  };
  const problems = (count: number, edge: Edge) =>
    validateEnvironment(platformOf(count) as unknown as Platform, environmentOf(count, edge) as unknown as Environment);
  expect(problems(63, gateway)).toStrictEqual([]);
  expect(problems(64, gateway)).toStrictEqual([
    'test.edge.kind: "gateway": shop has 64 public hosts, and a Gateway has listeners for 63; use ingress, or divide the platform',
  ]);
  expect(problems(64, both)).toHaveLength(1);
  expect(problems(64, shopIngress)).toStrictEqual([]);
});
