import { App, Chart } from 'cdk8s';
import { EnvironmentChart } from '../../lib/charts/environment-chart';
import { MonitoringChart } from '../../lib/charts/monitoring-chart';
import { listDatabaseRoles, listServiceSecretKeys } from '../../lib/platform/database-roles';
import type { Environment } from '../../lib/platform/environment';
import { ValidationError } from '../../lib/platform/errors';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { idOf, type Manifest } from '../support/manifests';
import { sample, sampleObjects, sampleTest } from '../support/sample-platform';
import { shop, shopTest } from '../support/shop';
import { synthesized } from '../support/synth';

/** The objects of an environment of the platform. */
function objectsOf(environment: Environment<typeof veza>): Manifest[] {
  const objects: Manifest[] = [];
  synthesized((scope) => {
    objects.push(...new EnvironmentChart(scope, 'environment', { platform: veza, environment }).toJson());
  });
  return objects;
}

function find(objects: readonly Manifest[], id: string): Manifest | undefined {
  return objects.find((object) => idOf(object) === id);
}

const managed = objectsOf({
  ...staging,
  database: {
    ...shopTest.database,
    kind: 'managed',
    name: 'veza',
    user: 'veza',
    host: 'db',
    port: 5433,
    cidr: '10.2.0.0/24',
    maxConnections: 200,
    roles: 'per-service',
    certificate: { kind: 'unverified' },
  },
  cache: { kind: 'managed', host: '10.3.0.7', port: 6380, cidr: '10.3.0.7/32' },
});

test('an environment that is wrong is refused', () => {
  const environment = changed(shopTest, 'services.catalog.scaling.replicas', 0);
  expect(() => synthesized((scope) => new EnvironmentChart(scope, 'test', { platform: shop, environment }))).toThrow(
    new ValidationError(['test.services.catalog.scaling.replicas: 0: use a whole number of 1 or more']),
  );
});

test('managed stores leave no object of ours', () => {
  const { database, cache } = changed(shopTest, 'database.roles', 'per-service');
  const files = buildEnvironment(sample, { ...sampleTest, database, cache }).files as typeof sampleObjects;
  const [with_, without] = [sampleObjects, files].map(({ test }) => test?.map(idOf));
  expect(with_?.filter((id) => !without?.includes(id))).toStrictEqual([
    'PersistentVolumeClaim/postgres-backups',
    'NetworkPolicy/postgres',
    'NetworkPolicy/redis',
    'NetworkPolicy/postgres-backup-store',
    'NetworkPolicy/postgres-backup',
    'Issuer/postgres-authority-issuer',
    'Certificate/postgres-authority',
    'Issuer/postgres-authority',
    'Certificate/postgres-server',
    'ServiceAccount/postgres',
    'ConfigMap/postgres-config',
    'Service/postgres-service',
    'Service/postgres-headless',
    'StatefulSet/postgres',
    'ServiceAccount/postgres-backup-store',
    'Deployment/postgres-backup-store',
    'ConfigMap/postgres-backup-config',
    'ServiceAccount/postgres-backup',
    'CronJob/postgres-backup',
    'ServiceAccount/redis',
    'ConfigMap/redis-config',
    'Service/redis-service',
    'Service/redis-headless',
    'StatefulSet/redis',
  ]);
  expect(without?.filter((id) => !with_?.includes(id))).toStrictEqual([]);
  // Twice the most of each service and one, and one that answers for the certificate.
  expect(find(files.test ?? [], 'ResourceQuota/sample-quota')?.spec?.hard).toMatchObject({
    pods: '15',
    persistentvolumeclaims: '0',
    'requests.storage': '0',
  });
});

test('services get the addresses of the stores, and may connect to those addresses alone', () => {
  expect(find(managed, 'ConfigMap/veza-config')?.data).toMatchObject({
    DB_HOST: 'db',
    DB_PORT: '5433',
    REDIS_HOST: '10.3.0.7',
    REDIS_PORT: '6380',
  });
  expect(Object.keys(find(managed, 'ConfigMap/veza-config')?.data ?? {})).not.toContain('postgres.conf');
  expect(find(managed, 'NetworkPolicy/veza-chat-server')?.spec?.egress?.slice(0, 2)).toStrictEqual([
    { ports: [{ port: 5433, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.2.0.0/24' } }] },
    { ports: [{ port: 6380, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.3.0.7/32' } }] },
  ]);
});

test('mail leaves by the port of the setting', () => {
  const rules = find(objectsOf(changed(staging, 'settings.SMTP_PORT', 2525)), 'NetworkPolicy/veza-backend-api')?.spec;
  expect(JSON.stringify(rules?.egress)).toContain('{"port":2525,"protocol":"TCP"}');
  expect(JSON.stringify(rules?.egress)).not.toContain('587');
});

test('a controller in the network of its nodes is let in by address too', () => {
  const environment = changed(staging, 'edge.controllerCidrs', ['10.9.0.0/16']);
  const [rule] = find(objectsOf(environment), 'NetworkPolicy/veza-chat-server')?.spec?.ingress ?? [];
  expect(rule).toStrictEqual({
    from: [
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } },
      { ipBlock: { cidr: '10.9.0.0/16' } },
    ],
    ports: [{ port: 8081, protocol: 'TCP' }],
  });
});

test('secrets of an external store are fetched with all keys of the contract', () => {
  const secrets = {
    kind: 'external',
    storeKind: 'SecretStore',
    storeName: 'vault',
    remoteKey: 'veza/staging',
    refreshInterval: '1h',
  } as const;
  const remote = (property: string) => ({
    conversionStrategy: 'Default',
    decodingStrategy: 'None',
    key: 'veza/staging',
    metadataPolicy: 'None',
    property,
  });
  const external = find(objectsOf({ ...staging, secrets }), 'ExternalSecret/veza-secrets');
  expect(JSON.stringify(external?.spec)).toBe(
    JSON.stringify({
      data: listServiceSecretKeys(veza, listDatabaseRoles(veza, staging)).map((key) => ({
        remoteRef: remote(key),
        secretKey: key,
      })),
      refreshInterval: '1h',
      secretStoreRef: { kind: 'SecretStore', name: 'vault' },
      target: { creationPolicy: 'Owner', name: 'veza-secrets' },
    }),
  );
});

test('the namespace comes first, and what guards pods before the first of them', () => {
  const kinds = objectsOf(staging).map(({ kind }) => kind);
  const guards = ['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PriorityClass', 'RoleBinding'];
  const firstPod = kinds.findIndex((kind) => ['Deployment', 'StatefulSet'].includes(kind));
  expect(kinds[0]).toBe('Namespace');
  expect(
    guards.map((guard) => kinds.lastIndexOf(guard)).filter((index) => index > firstPod || index === -1),
  ).toStrictEqual([]);
});

test.each(['staging', 'production'] as const)('the objects of %s are those of cdk8s, and so is their order', (name) => {
  const valid = { platform: veza, environment: { staging, production }[name] };
  const charts = [EnvironmentChart, MonitoringChart].map((Made) => new Made(new App(), 'chart', valid));
  for (const chart of charts) {
    // An add-on has a chart of its own, whose objects are last.
    const others = Chart.prototype.toJson.call(chart);
    expect(JSON.stringify(chart.toJson().slice(0, others.length))).toBe(JSON.stringify(others));
  }
});
