import type { Environment } from '../../lib/platform/environment';
import { definePlatform } from '../../lib/platform/platform';
import type { ServiceContract } from '../../lib/platform/service-contract';
import { derived, fromDatabase, text } from '../../lib/platform/service-settings';
import type { ServiceMetrics } from '../../lib/platform/settings/service-metrics';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { staging } from './environments/staging';
import type { Manifest } from './manifests';

/**
 * A platform that is run nowhere, for exact counts and texts: ours grows, and only what holds for any platform is asserted
 * of it. `orders` is public and has a database, `mailer` is internal and has none.
 */

const metrics = {
  exports: {
    http_requests_total: { type: 'counter', help: 'Requests, by `status`.', assumed: false },
    http_request_duration_seconds: { type: 'histogram', help: 'Time to answer a request.', assumed: false },
  },
  indicator: { kind: 'requests', counter: 'http_requests_total', failed: { label: 'status', pattern: '5..' } },
  responseTime: { histogram: 'http_request_duration_seconds', p95: 0.5 },
} as const satisfies ServiceMetrics;

const orders = {
  name: 'orders',
  component: 'api',
  image: 'registry.test/sample/orders',
  ports: { http: 3000, metrics: 3001 },
  portVariables: { PORT: 'http', METRICS_PORT: 'metrics' },
  servicePorts: { http: { port: 80, target: 'http' } },
  health: { live: '/live', ready: '/ready' },
  settings: ['ENV', 'GREETING', 'DB_HOST'],
  secrets: ['DB_PASSWORD'],
  mountsEnvFile: true,
  calls: ['database', 'cache', 'https'],
  exposure: {
    subdomain: 'orders',
    servicePort: 'http',
    maxBodySize: '1Mi',
    idleTimeout: 60,
    connectTimeout: 5,
    buffering: true,
    limits: 'none',
    smoke: [],
  },
  drainSeconds: 20,
  databasePoolSize: 4,
  databaseAccess: { shared: 'write', reads: [] },
  tmpSize: '64Mi',
  metrics,
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

const mailer = {
  ...orders,
  name: 'mailer',
  component: 'worker',
  image: 'registry.test/sample/mailer',
  ports: { http: 3010, metrics: 3011 },
  portVariables: { MAILER_PORT: 'http', METRICS_PORT: 'metrics' },
  settings: ['ENV'],
  secrets: ['SMTP_PASSWORD'],
  mountsEnvFile: false,
  calls: ['smtp'],
  exposure: 'internal',
  databasePoolSize: 0,
  databaseAccess: 'none',
} as const satisfies ServiceContract;

/** A platform of two services. */
export const sample = definePlatform({
  name: 'sample',
  settings: {
    ENV: derived(({ environment }) => environment),
    GREETING: text(),
    DB_HOST: fromDatabase(({ host }) => host),
  },
  secrets: ['DB_PASSWORD', 'SMTP_PASSWORD'],
  databasePassword: 'DB_PASSWORD',
  services: [orders, mailer],
});

const sizes = staging.services['chat-server'];

/** An environment of the platform, with its stores in the cluster. */
export const sampleTest: Environment<typeof sample> = {
  ...staging,
  name: 'test',
  namespace: 'sample-test',
  domain: 'sample.test',
  releases: { orders: 'v1.0.0', mailer: 'v1.1.0' },
  services: { orders: { ...sizes, scaling: { kind: 'auto', min: 2, max: 4, targetCpu: 70 } }, mailer: sizes },
  extensions: [],
  settings: { GREETING: 'hello' },
  monitoring: { ...staging.monitoring, objectives: { orders: 99, mailer: 99 } },
};

/** Objects of each file of the environment, by the file's name in front of `.k8s.yaml`. */
export const sampleObjects = buildEnvironment(sample, sampleTest).files as Readonly<
  Record<string, readonly Manifest[]>
>;
