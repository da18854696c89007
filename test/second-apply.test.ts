import type { Environment } from '../lib/platform/environment';
import { definePlatform } from '../lib/platform/platform';
import { buildEnvironment } from '../lib/synth/render-environment';
import { backendApi } from '../lib/veza/services/backend-api';
import { veza } from '../lib/veza/veza';
import { singleDatabase } from './support/clustered';
import { ingressIn } from './support/edges';
import { production } from './support/environments/production';
import { staging } from './support/environments/staging';
import { idOf, type Manifest } from './support/manifests';
import { catalog, shop, shopTest } from './support/shop';
import { changedByServer } from './support/stored-form';
import { objects } from './support/subjects';

test('a second apply changes nothing: every object of dist is as the API server would write it', () => {
  expect(
    objects.flatMap(({ where, object }) => changedByServer(object).map((change) => `${where}: ${change}`)),
  ).toEqual([]);
});

const amounts = { cpu: '1000m', memory: '1.5Gi', ephemeralStorage: '2048Mi' };
const sizing = { scaling: { kind: 'fixed', replicas: 1 }, resources: { requests: amounts, limits: amounts } } as const;
const storage = { className: 'standard', size: '1024Gi' };
const external = {
  kind: 'external',
  storeKind: 'SecretStore',
  storeName: 'vault',
  remoteKey: 'veza',
  refreshInterval: '1h',
} as const;
const bucket = {
  kind: 'bucket',
  image: 'docker.io/rclone/rclone:1.71.0',
  endpoint: 's3.example.com',
  region: 'eu',
  bucket: 'backups',
  schedule: '0 5 * * *',
} as const;
const caller = definePlatform({
  ...veza,
  services: [
    { ...backendApi, calls: ['database', 'cache', 'kubernetes-api'] },
    ...veza.services.filter(({ name }) => name !== 'backend-api'),
  ],
});

/** A platform of one service that reads nothing and calls no peer. */
const bare = definePlatform({
  ...shop,
  services: [
    {
      ...catalog,
      portVariables: {},
      settings: [],
      secrets: [],
      calls: [],
      databasePoolSize: 0,
      databaseAccess: 'none',
    },
  ],
});

/** Ways to state an environment that the committed ones do not take. */
const variants: readonly [string, () => readonly unknown[]][] = [
  ['managed stores', () => made(shop, shopTest)],
  ['a service that reads nothing', () => made(bare, shopTest)],
  ['a service that asks the Kubernetes API', () => made(caller, staging)],
  [
    'quantities in other words',
    () => made(veza, { ...staging, services: { ...staging.services, 'chat-server': sizing } }),
  ],
  [
    'pull secrets and a controller by its address',
    () =>
      made(veza, {
        ...staging,
        imagePullSecrets: ['registry'],
        edge: { ...ingressIn(staging), controller: 'plain', controllerCidrs: ['10.0.0.9/32'] },
      }),
  ],
  ['secrets of a store', () => made(veza, { ...staging, secrets: external })],
  [
    'a bucket and a large volume',
    () =>
      made(veza, {
        ...production,
        database: { ...singleDatabase, storage, backup: { ...singleDatabase.backup, storage, offsite: bucket } },
      }),
  ],
  [
    'a migration',
    () =>
      made(veza, {
        ...staging,
        deployment: {
          ...staging.deployment,
          migration: { kind: 'job', service: 'backend-api', command: ['/app/migrate'], timeoutSeconds: 60 },
        },
      }),
  ],
];

function made(platform: Parameters<typeof buildEnvironment>[0], environment: Environment): readonly unknown[] {
  return Object.values(buildEnvironment(platform, environment).files).flat();
}

test.each(variants)('nor does it with %s', (_, make) => {
  const found = make() as readonly Manifest[];
  expect(found.length).toBeGreaterThan(20);
  expect(found.flatMap((object) => changedByServer(object).map((change) => `${idOf(object)}: ${change}`))).toEqual([]);
});

test.each([
  [{ spec: { ingress: [] } }, 'spec.ingress: an empty list'],
  [{ metadata: { annotations: {} } }, 'metadata.annotations: an empty map'],
  [{ globalDefault: false }, 'globalDefault: false, which is dropped'],
  [{ env: [{ name: 'A', value: '' }] }, 'env.0.value: an empty text'],
  [{ spec: { minReadySeconds: 0 } }, 'spec.minReadySeconds: 0, which is dropped'],
  [{ limits: { cpu: '1000m' } }, 'limits.cpu: 1000m is not canonical'],
  [{ limits: { memory: '1.5Gi' } }, 'limits.memory: 1.5Gi is not canonical'],
  [{ hard: { 'requests.storage': '1024Mi' } }, 'hard.requests.storage: 1024Mi is not canonical'],
  [{ valueFrom: { fieldRef: { fieldPath: 'a' } } }, 'valueFrom.fieldRef: without apiVersion, which is added'],
])('the form is judged: %j', (object, change) => {
  expect(changedByServer(object)).toEqual([change]);
});

test.each([
  { podSelector: {} },
  { automountServiceAccountToken: false },
  { rules: [{ apiGroups: [''] }] },
  { hard: { pods: '0', 'limits.cpu': '1500m', 'requests.memory': '1536Mi' } },
  { data: { 'empty.txt': '' } },
])('what is kept is no change: %j', (object) => {
  expect(changedByServer(object)).toEqual([]);
});
