import { Chart, Testing } from 'cdk8s';
import type { Route } from '../../../lib/constructs/ingress/controller';
import { controllers } from '../../../lib/constructs/ingress/controllers';
import type { IngressSettings } from '../../../lib/platform/settings/edge';
import { backendApi } from '../../../lib/veza/services/backend-api';
import { chatServer } from '../../../lib/veza/services/chat-server';
import { streamServer } from '../../../lib/veza/services/stream-server';
import { namespaceScope, shopIngress } from '../../support/shop';

const prefix = 'nginx.ingress.kubernetes.io';
const ingress = shopIngress;

function route(exposure: Route['exposure'], change: Partial<Route['ingress']> = {}): Route {
  const identity = { ...namespaceScope, name: 'shop-catalog', component: 'api' };
  return { identity, name: 'shop-www', host: 'www.shop.test', exposure, ingress: { ...ingress, ...change } };
}

/** What a controller makes of a route: its annotations, and its objects by name. */
function configured(controller: keyof typeof controllers, of: Route) {
  const chart = new Chart(Testing.app(), 'chart', { disableResourceNameHashes: true });
  const annotations = controllers[controller].configure(chart, of);
  const objects: readonly { metadata: { name: string }; spec: Record<string, Record<string, unknown>> }[] =
    Testing.synth(chart);
  return { annotations, objects: new Map(objects.map((each) => [each.metadata.name, each])) };
}

function nginx(of: Route): Readonly<Record<string, string>> {
  return configured('ingress-nginx', of).annotations.ingress;
}

test('a stream is not buffered, may be silent for an hour, and is limited by client', () => {
  expect(nginx(route(streamServer.exposure))).toStrictEqual({
    [`${prefix}/ssl-redirect`]: 'true',
    [`${prefix}/proxy-body-size`]: '1m',
    [`${prefix}/proxy-read-timeout`]: '3600',
    [`${prefix}/proxy-send-timeout`]: '3600',
    [`${prefix}/proxy-connect-timeout`]: '5',
    [`${prefix}/proxy-buffering`]: 'off',
    [`${prefix}/limit-rps`]: '200',
    [`${prefix}/limit-burst-multiplier`]: '10',
    [`${prefix}/limit-connections`]: '1000',
  });
});

test.each([
  ['1', '1m'],
  ['1Mi', '1m'],
  ['1025Ki', '2m'],
  ['100Mi', '100m'],
  ['2Gi', '2048m'],
])('a body size of %s becomes %s', (maxBodySize, size) => {
  expect(nginx(route({ ...chatServer.exposure, maxBodySize }))[`${prefix}/proxy-body-size`]).toBe(size);
});

test('a burst that is no multiple of the rate is rounded up', () => {
  const limits = { requestsPerSecond: 40, burst: 100, concurrent: 7 };
  expect(nginx(route({ ...chatServer.exposure, limits }))[`${prefix}/limit-burst-multiplier`]).toBe('3');
});

test.each([
  ['no limits', { ...chatServer.exposure, limits: 'none' }, {}],
  ['hidden clients', chatServer.exposure, { clientAddress: 'hidden' }],
] as const)('with %s, nothing is limited', (_, exposure, change) => {
  const of = route(exposure, change);
  expect(Object.keys(nginx(of)).filter((name) => name.includes('limit'))).toStrictEqual([]);
  expect([...configured('traefik', of).objects.keys()]).not.toContain('shop-www-rate');
});

test('a plain controller gets no annotations and no objects, and its notice names what it has to be configured for', () => {
  const { annotations, objects } = configured('plain', route(chatServer.exposure));
  expect([annotations, objects.size]).toStrictEqual([{ ingress: {}, service: {} }, 0]);
  expect(controllers.plain.gaps(chatServer.exposure, ingress)).toStrictEqual([
    'sizes (1Mi), timeouts, buffering, limits and the redirect to HTTPS are not set for a plain controller; configure it to',
  ]);
});

test('traefik refers to middlewares and a transport of the namespace, and serves HTTPS alone', () => {
  const { annotations } = configured('traefik', route(backendApi.exposure));
  expect(annotations).toStrictEqual({
    ingress: {
      'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
      'traefik.ingress.kubernetes.io/router.tls': 'true',
      'traefik.ingress.kubernetes.io/router.middlewares': ['rate', 'concurrency', 'headers', 'body']
        .map((suffix) => `shop-test-shop-www-${suffix}@kubernetescrd`)
        .join(','),
    },
    service: { 'traefik.ingress.kubernetes.io/service.serverstransport': 'shop-test-shop-www-transport@kubernetescrd' },
  });
});

test('traefik limits, sizes, times out and redirects as the exposure states', () => {
  const { objects } = configured('traefik', route(backendApi.exposure));
  const specs = Object.fromEntries([...objects].map(([name, { spec }]) => [name, spec]));
  const sourceCriterion = { ipStrategy: { depth: 0 } };
  expect(specs).toStrictEqual({
    'shop-www-rate': { rateLimit: { average: 100, period: '1s', burst: 3000, sourceCriterion } },
    'shop-www-concurrency': { inFlightReq: { amount: 500, sourceCriterion } },
    'shop-www-headers': {
      headers: {
        contentTypeNosniff: true,
        referrerPolicy: 'strict-origin-when-cross-origin',
        stsSeconds: 31_536_000,
      },
    },
    'shop-www-body': { buffering: { maxRequestBodyBytes: 100 * 2 ** 20 } },
    'shop-www-transport': { forwardingTimeouts: { dialTimeout: '5s', responseHeaderTimeout: '300s' } },
    'shop-www-redirect': { redirectScheme: { scheme: 'https', permanent: true } },
    'shop-www-redirect-route': {
      entryPoints: ['web'],
      routes: [
        {
          kind: 'Rule',
          match: 'Host(`www.shop.test`)',
          middlewares: [{ name: 'shop-www-redirect' }],
          services: [{ kind: 'TraefikService', name: 'noop@internal' }],
        },
      ],
    },
  });
});

test('traefik collects no stream to measure it, and its notices say so', () => {
  expect([...configured('traefik', route(streamServer.exposure)).objects.keys()]).not.toContain('shop-www-body');
  expect(controllers.traefik.gaps(streamServer.exposure, ingress)[0]).toBe(
    'traefik limits the size of a body only if it collects it: nothing enforces 1Mi on stream',
  );
  expect(controllers.traefik.gaps(backendApi.exposure, ingress)).toStrictEqual([
    expect.stringContaining('state 300 s or more for api'),
  ]);
});

test('behind a proxy the clients are counted by the address that it forwards', () => {
  const change = { clientAddress: 'forwarded' } as const;
  const { objects } = configured('traefik', route(chatServer.exposure, change));
  expect(objects.get('shop-www-rate')?.spec.rateLimit?.sourceCriterion).toStrictEqual({ ipStrategy: { depth: 1 } });
  for (const controller of ['traefik', 'ingress-nginx'] as const) {
    const gaps = (clientAddress: IngressSettings['clientAddress']) =>
      controllers[controller].gaps(chatServer.exposure, { ...ingress, clientAddress }).join();
    expect(gaps('forwarded')).toMatch(/forwarded addresses only with/);
    expect(gaps('proxy-protocol')).toMatch(/the PROXY protocol only with/);
    expect(gaps('connection')).not.toMatch(/forwarded|PROXY/);
  }
});

test('a browser may pass a certificate for tests', () => {
  const { objects } = configured('traefik', route(chatServer.exposure, { publicCertificates: 'untrusted' }));
  expect(objects.get('shop-www-headers')?.spec.headers).not.toHaveProperty('stsSeconds');
});
