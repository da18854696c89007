import type { MonitoredEnvironment } from '../../lib/platform/environment';
import { definePlatform } from '../../lib/platform/platform';
import type { ServiceContract } from '../../lib/platform/service-contract';
import { derived, text } from '../../lib/platform/service-settings';
import type { IngressSettings } from '../../lib/platform/settings/edge';
import { backendApi } from '../../lib/veza/services/backend-api';
import { staging } from './environments/staging';

/** A contract with as little in it as there may be. */
export const catalog = {
  name: 'catalog',
  component: 'api',
  image: 'registry.test/shop/catalog',
  ports: { http: 3000, metrics: 3001 },
  portVariables: { PORT: 'http' },
  servicePorts: { http: { port: 80, target: 'http' } },
  health: { live: '/live', ready: '/ready' },
  settings: ['GREETING'],
  secrets: ['DB_PASSWORD'],
  mountsEnvFile: false,
  calls: ['database'],
  exposure: 'internal',
  drainSeconds: 20,
  databasePoolSize: 4,
  databaseAccess: { shared: 'write', reads: [] },
  tmpSize: '64Mi',
  metrics: backendApi.metrics,
  logs: {
    format: 'json',
    level: 'level',
    message: 'msg',
    trace: 'trace_id',
    panic: 'go',
    scrub: [],
    assumed: false,
  },
} as const satisfies ServiceContract;

/** A platform of one service. */
export const shop = definePlatform({
  name: 'shop',
  settings: { ENV: derived(({ environment }) => environment), GREETING: text() },
  secrets: ['DB_PASSWORD'],
  databasePassword: 'DB_PASSWORD',
  services: [catalog],
});

/** Where its objects are made. */
export const namespaceScope = { namespace: 'shop-test', platform: 'shop', environment: 'test' };

/** An ingress controller that nothing is known of. */
export const shopIngress: IngressSettings = {
  kind: 'ingress',
  className: 'plain',
  controller: 'plain',
  controllerNamespace: 'gateway',
  controllerCidrs: [],
  clientAddress: 'connection',
  clusterIssuer: 'issuer',
  publicCertificates: 'trusted',
};

/** An environment of the platform, with managed stores. */
export const shopTest: MonitoredEnvironment<typeof shop> = {
  name: 'test',
  namespace: 'shop-test',
  domain: 'shop.test',
  releases: { catalog: 'v1.0.0' },
  expires: 'never',
  deployment: {
    context: 'shop-test',
    delivery: 'apply',
    confirmed: false,
    backup: false,
    timeoutSeconds: 600,
    migration: { kind: 'none', tables: 'shared' },
  },
  edge: shopIngress,
  kubernetes: { minimum: '1.27', userNamespaces: false, appArmor: false, admission: { kind: 'none' } },
  apiServer: { cidrs: ['10.1.0.1/32'], ports: [6443] },
  imagePullSecrets: [],
  external: [],
  priorities: { services: 100, stores: 200 },
  services: {
    catalog: {
      scaling: { kind: 'fixed', replicas: 2 },
      resources: {
        requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '64Mi' },
        limits: { cpu: '100m', memory: '128Mi', ephemeralStorage: '128Mi' },
      },
    },
  },
  database: {
    kind: 'managed',
    name: 'shop',
    user: 'shopkeeper',
    host: 'db.shop.test',
    port: 5433,
    cidr: '10.2.0.0/24',
    maxConnections: 100,
    roles: 'one',
    certificate: { kind: 'verified', configMap: 'database-authority', key: 'ca.crt' },
  },
  cache: { kind: 'managed', host: '10.3.0.7', port: 6380, cidr: '10.3.0.7/32' },
  secrets: { kind: 'existing' },
  monitoring: { ...staging.monitoring, priority: 50, objectives: { catalog: 99 } },
  logs: { kind: 'none' },
  extensions: [],
  addOns: [],
  settings: { GREETING: 'hello' },
};
