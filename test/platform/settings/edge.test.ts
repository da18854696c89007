import { validateEnvironment } from '../../../lib/platform/environment-validation';
import { gatewayOf, ingressOf, publicCertificates } from '../../../lib/platform/settings/edge';
import { changed } from '../../support/changed';
import { behindGateway, gatewayOfKind } from '../../support/edges';
import { shop, shopIngress, shopTest } from '../../support/shop';

const gateway = gatewayOfKind('portable');
const both = { kind: 'both', ingress: shopIngress, gateway } as const;

test('an edge has an ingress controller, a Gateway, or both', () => {
  expect([ingressOf(shopIngress), gatewayOf(shopIngress)]).toStrictEqual([shopIngress, undefined]);
  expect([ingressOf(gateway), gatewayOf(gateway)]).toStrictEqual([undefined, gateway]);
  expect([ingressOf(both), gatewayOf(both)]).toStrictEqual([shopIngress, gateway]);
});

test('clients trust the certificates only if those of every way are trusted', () => {
  const untrusted = 'untrusted' as const;
  expect(publicCertificates(both)).toBe('trusted');
  expect(publicCertificates({ ...both, ingress: { ...shopIngress, publicCertificates: untrusted } })).toBe(untrusted);
  expect(publicCertificates({ ...both, gateway: { ...gateway, publicCertificates: untrusted } })).toBe(untrusted);
});

test.each<[path: string, value: unknown, remedy: string]>([
  ['className', 'Envoy', 'use lower-case letters, digits, inner hyphens and dots'],
  ['implementation', 'cilium', 'use one of envoy-gateway, nginx-gateway-fabric, portable'],
  ['clientAddress', 'proxy', 'use one of connection, forwarded, hidden'],
  ['clusterIssuer', 'letsencrypt prod', 'use lower-case letters, digits, inner hyphens and dots'],
  [
    'proxies',
    { kind: 'namespace', namespace: 'Envoy' },
    'use lower-case letters, digits and inner hyphens, at most 63',
  ],
  ['proxies', { kind: 'nodes', cidrs: [] }, 'is empty; name at least one range'],
])('a wrong edge.%s is refused: %j', (path, value, remedy) => {
  const environment = behindGateway(shopTest, gateway);
  const [problem = ''] = validateEnvironment(shop, changed(environment, `edge.${path}`, value));
  expect(problem).toMatch(new RegExp(`^test\\.edge\\.${path}.*: ${remedy}$`));
});
