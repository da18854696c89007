import { notices } from '../lib/notices';
import { changed } from './support/changed';
import { shop, shopTest } from './support/shop';

const monitoring =
  'test: expects the Secret shop-test-monitoring/shop-monitoring-secrets with GRAFANA_ADMIN_PASSWORD, CRITICAL_SLACK_URL, WARNING_SLACK_URL';

test('a Secret that somebody has to supply is told with its keys', () => {
  expect(notices(shop, shopTest)).toStrictEqual([
    'test: expects the Secret shop-test/shop-secrets with DB_PASSWORD',
    monitoring,
  ]);
});

test.each([
  { kind: 'values' },
  { kind: 'external', storeKind: 'SecretStore', storeName: 'vault', remoteKey: 'shop', refreshInterval: '1h' },
] as const)('nothing is expected where the source is $kind', (secrets) => {
  expect(notices(shop, { ...shopTest, secrets })).toStrictEqual([monitoring]);
});

test('a setting that is still a placeholder is told', () => {
  const environment = {
    ...changed(shopTest, 'settings.GREETING', 'your-greeting'),
    secrets: { kind: 'values' },
  } as const;
  expect(notices(shop, environment)).toStrictEqual([
    monitoring,
    'test: GREETING is still the placeholder your-greeting',
  ]);
});
