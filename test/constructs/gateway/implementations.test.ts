import type { GatewayRoute } from '../../../lib/constructs/gateway/implementation';
import { implementations } from '../../../lib/constructs/gateway/implementations';
import type { Exposure } from '../../../lib/platform/service-contract';
import type { GatewaySettings, ImplementationName } from '../../../lib/platform/settings/gateway';
import { backendApi } from '../../../lib/veza/services/backend-api';
import { chatServer } from '../../../lib/veza/services/chat-server';
import { streamServer } from '../../../lib/veza/services/stream-server';
import { gatewayOfKind } from '../../support/edges';
import { home } from '../../support/shop';
import { synthesized } from '../../support/synth';

function policies(
  implementation: ImplementationName,
  exposure: Exposure,
  change: Partial<GatewaySettings> = {},
): Record<string, unknown> {
  const identity = { ...home, name: 'shop-www', component: 'web' };
  const gateway = { ...gatewayOfKind(implementation), ...change };
  const route: GatewayRoute = { identity, name: 'shop-www', exposure, gateway };
  const objects = synthesized((scope) => implementations[implementation].addRoutePolicies(scope, route));
  return Object.fromEntries(objects.map(({ kind, spec }) => [kind, spec]));
}

const route = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'shop-www' };

test('a portable route gets no policy', () => {
  expect(policies('portable', backendApi.exposure)).toStrictEqual({});
});

test('Envoy Gateway collects bodies to limit them, and counts the requests of each address', () => {
  const rule = (value: string) => ({
    clientSelectors: [{ sourceCIDR: { type: 'Distinct', value, invert: false } }],
    limit: { requests: 6000, unit: 'Minute' },
  });
  expect(policies('envoy-gateway', backendApi.exposure)).toStrictEqual({
    BackendTrafficPolicy: {
      targetRefs: [route],
      timeout: { tcp: { connectTimeout: '5s' }, http: { streamIdleTimeout: '300s' } },
      circuitBreaker: {
        maxConnections: 4_294_967_295,
        maxParallelRequests: 4_294_967_295,
        maxPendingRequests: 4_294_967_295,
        maxParallelRetries: 1024,
      },
      requestBuffer: { limit: '100Mi' },
      rateLimit: { type: 'Local', local: { rules: [rule('0.0.0.0/0'), rule('::/0')] } },
    },
  });
});

test.each<[number, number, object]>([
  [10, 10, { requests: 10, unit: 'Second' }],
  [10, 11, { requests: 600, unit: 'Minute' }],
  [10, 601, { requests: 36_000, unit: 'Hour' }],
  [1, 5000, { requests: 3600, unit: 'Hour' }],
])('Envoy Gateway lets a burst in by a longer unit: %i a second, %i at once', (requestsPerSecond, burst, limit) => {
  const limits = { requestsPerSecond, burst, concurrent: 5 };
  expect(JSON.stringify(policies('envoy-gateway', { ...backendApi.exposure, limits }))).toContain(
    JSON.stringify(limit),
  );
});

test('Envoy Gateway never collects streams or websockets, which that would break', () => {
  const websocket = { ...backendApi.exposure, smoke: chatServer.exposure.smoke };
  for (const exposure of [streamServer.exposure, chatServer.exposure, websocket]) {
    expect(JSON.stringify(policies('envoy-gateway', exposure))).not.toContain('requestBuffer');
    expect(implementations['envoy-gateway'].gaps(exposure, gatewayOfKind('envoy-gateway')).join()).toContain(
      'nothing enforces',
    );
  }
});

test('Envoy Gateway reads forwarded addresses only where that is stated', () => {
  const policy = (clientAddress: GatewaySettings['clientAddress']) => {
    const gateway = { ...gatewayOfKind('envoy-gateway'), clientAddress };
    return JSON.stringify(
      synthesized((scope) => implementations['envoy-gateway'].addGatewayPolicies(scope, home, gateway)),
    );
  };
  expect(policy('forwarded')).toContain('"clientIPDetection":{"xForwardedFor":{"numTrustedHops":1}}');
  expect(policy('connection')).not.toContain('clientIPDetection');
});

test('NGINX Gateway Fabric has a policy each for bodies, the proxy and clients', () => {
  expect(policies('nginx-gateway-fabric', backendApi.exposure)).toStrictEqual({
    ClientSettingsPolicy: { targetRef: route, body: { maxSize: '100m', timeout: '300s' } },
    ProxySettingsPolicy: {
      targetRefs: [route],
      timeout: { connect: '5s', read: '300s', send: '300s' },
      buffering: { disable: false },
    },
    RateLimitPolicy: {
      targetRefs: [route],
      rateLimit: {
        rejectCode: 429,
        local: {
          rules: [{ key: '$binary_remote_addr', rate: '100r/s', burst: 3000, noDelay: true, zoneSize: '10m' }],
        },
      },
    },
  });
});

test('NGINX Gateway Fabric has numbers of four digits', () => {
  const exposure = { ...backendApi.exposure, maxBodySize: '10Gi', idleTimeout: 86_400, buffering: false };
  const { ClientSettingsPolicy, ProxySettingsPolicy } = policies('nginx-gateway-fabric', exposure);
  expect(ClientSettingsPolicy).toMatchObject({ body: { maxSize: '10g', timeout: '1440m' } });
  expect(ProxySettingsPolicy).toMatchObject({ timeout: { read: '1440m' }, buffering: { disable: true } });
});

test.each(['envoy-gateway', 'nginx-gateway-fabric'] as const)('%s counts no clients that it does not see', (name) => {
  const hidden = { ...gatewayOfKind(name), clientAddress: 'hidden' } as const;
  expect(JSON.stringify(policies(name, backendApi.exposure, hidden))).not.toContain('rateLimit');
  expect(implementations[name].gaps(backendApi.exposure, hidden).join()).not.toContain('open requests');
});

test('NGINX Gateway Fabric has to be told whom it trusts to forward addresses', () => {
  const forwarded = { ...gatewayOfKind('nginx-gateway-fabric'), clientAddress: 'forwarded' } as const;
  expect(implementations['nginx-gateway-fabric'].gaps(backendApi.exposure, forwarded).join()).toContain(
    'rewriteClientIP',
  );
});
