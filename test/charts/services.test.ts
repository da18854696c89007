import { Services, type ServicesProps } from '../../lib/charts/services';
import { ConfigBundle } from '../../lib/constructs/config/config-bundle';
import { SecretBundle } from '../../lib/constructs/config/secret-bundle';
import { idOf } from '../support/manifests';
import { catalog, namespaceScope, shopIngress, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

const exposed = {
  ...catalog,
  exposure: {
    subdomain: 'www',
    servicePort: 'http',
    maxBodySize: '1Mi',
    idleTimeout: 60,
    connectTimeout: 5,
    buffering: true,
    limits: 'none',
    smoke: [],
  },
} as const;

function make(change: Partial<ServicesProps> = {}): { ids: string[]; usages: string[] } {
  const usages: string[] = [];
  const ids = synthesized((scope) => {
    const config = new ConfigBundle(scope, 'config', { namespaceScope, settings: { GREETING: 'hello' }, files: {} });
    const keys = ['DB_PASSWORD'];
    const secrets = new SecretBundle(scope, 'secrets', { namespaceScope, keys, source: { kind: 'existing' } });
    const services = new Services(scope, 'services', {
      namespaceScope,
      contracts: [catalog],
      sizings: shopTest.services,
      releases: shopTest.releases,
      migration: { kind: 'none', tables: 'own' },
      databaseLogins: { services: {}, migration: undefined, ownSettings: [] },
      config,
      secrets,
      serviceAccountName: 'shop-service-account',
      priorityClassName: 'shop-test-services',
      domain: 'shop.test',
      edge: shopIngress,
      ...change,
    });
    usages.push(...services.quotaUsages.map(({ workload }) => workload));
  }).map(idOf);
  return { ids, usages };
}

test('an internal service has neither Ingress nor solver', () => {
  const { ids, usages } = make();
  expect(ids).not.toContain('Ingress/shop-www-ingress');
  expect(usages).toEqual(['shop-catalog']);
});

test('a host of an Ingress counts a solver of its certificate', () => {
  const { ids, usages } = make({ contracts: [exposed] });
  expect(ids).toContain('Ingress/shop-www-ingress');
  expect(usages).toEqual(['shop-catalog', 'acme-http-solver']);
});

test('only the service that the migration names gets its Job', () => {
  const migration = { kind: 'job', service: 'catalog', command: ['./migrate'], timeoutSeconds: 600 } as const;
  expect(make({ migration }).ids).toContain('CronJob/shop-migration');
  expect(make({ migration: { ...migration, service: 'other' } }).ids).not.toContain('CronJob/shop-migration');
});

test('a service without a size or a release is refused by its name', () => {
  expect(() => make({ sizings: {} })).toThrow('catalog: no size is stated; state it in the environment');
  expect(() => make({ releases: {} })).toThrow('catalog: no release is stated; state it in the environment');
});
