import type { IngressSettings } from '../../lib/platform/settings/edge';
import { listNotices } from '../../lib/synth/notices';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { ingressIn } from '../support/edges';
import { staging } from '../support/environments/staging';
import { subdomains } from '../support/own-platform';
import { shop, shopTest } from '../support/shop';

const monitoring =
  'test: expects the Secret shop-test-monitoring/shop-monitoring-secrets with GRAFANA_ADMIN_PASSWORD, GRAFANA_SECRET_KEY, CRITICAL_SLACK_URL, WARNING_SLACK_URL';

test('a Secret that has to be created is reported with its keys', () => {
  expect(listNotices(shop, shopTest)).toStrictEqual([
    'test: expects the Secret shop-test/shop-secrets with DB_PASSWORD',
    monitoring,
  ]);
});

test.each([
  { kind: 'values' },
  { kind: 'external', storeKind: 'SecretStore', storeName: 'vault', remoteKey: 'shop', refreshInterval: '1h' },
] as const)('nothing is expected where the source is $kind', (secrets) => {
  expect(listNotices(shop, { ...shopTest, secrets })).toStrictEqual([monitoring]);
});

test('a setting that is still a placeholder is reported', () => {
  const environment = {
    ...changed(shopTest, 'settings.GREETING', 'your-greeting'),
    secrets: { kind: 'values' },
  } as const;
  expect(listNotices(shop, environment)).toStrictEqual([
    monitoring,
    'test: GREETING is still the placeholder your-greeting',
  ]);
});

test('an API server that is stated as a whole network is reported, with the command that lists its addresses', () => {
  const secrets = { kind: 'values' } as const;
  const cidrs = ['10.0.0.0/8', '10.1.0.0/28', '192.0.2.1/32', 'fd00::/8', 'fd00::1/128'];
  const environment = { ...shopTest, secrets, apiServer: { cidrs, ports: [6443] } };
  expect(listNotices(shop, environment)).toStrictEqual([
    monitoring,
    'test: apiServer.cidrs are wider than an API server (10.0.0.0/8, fd00::/8); state its own addresses: ' +
      'kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes',
  ]);
});

test('where Helm delivers, an apply would put the stated releases in place of what was deployed since', () => {
  expect(listNotices(shop, changed(shopTest, 'deployment.delivery', 'helm'))).toStrictEqual([
    ...listNotices(shop, shopTest),
    'test: is delivered by `npx veza deploy`; `kubectl apply` of its manifests would replace any later release by v1.0.0 (`npx veza diff test` compares)',
  ]);
});

const edge = (change: Partial<IngressSettings>) =>
  listNotices(veza, { ...staging, edge: { ...ingressIn(staging), ...change } }).filter((line) => /limit/.test(line));

test('limits count by client address, which the controller has to see', () => {
  expect(edge({ clientAddress: 'connection' })).toStrictEqual([
    `staging: limits of ${subdomains.join(', ')} count by client address: make sure that the controller sees it, or state clientAddress: 'hidden'`,
  ]);
  expect(edge({ clientAddress: 'hidden' })).toStrictEqual([
    `staging: clients of ${subdomains.join(', ')} are not limited, as the controller does not see their addresses`,
  ]);
});

test('what a controller cannot do is reported for each host', () => {
  expect(edge({ controller: 'traefik' })).toEqual(
    expect.arrayContaining([expect.stringMatching(/nothing enforces 1Mi on chat$/)]),
  );
  expect(edge({ controller: 'plain' })).toHaveLength(2);
});
