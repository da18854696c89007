import type { GatewayRoute } from '../../../lib/constructs/gateway/implementation';
import { implementations } from '../../../lib/constructs/gateway/implementations';
import { PublicGateway } from '../../../lib/constructs/gateway/public-gateway';
import type { Exposure } from '../../../lib/platform/service-contract';
import type { GatewaySettings, ImplementationName } from '../../../lib/platform/settings/edge';
import { backendApi } from '../../../lib/veza/services/backend-api';
import { chatServer } from '../../../lib/veza/services/chat-server';
import { streamServer } from '../../../lib/veza/services/stream-server';
import { gatewayOfKind } from '../../support/edges';
import { namespaceScope } from '../../support/shop';
import { synthesized } from '../../support/synth';

function policies(
  implementation: ImplementationName,
  exposure: Exposure,
  change: Partial<GatewaySettings> = {},
): Record<string, unknown> {
  const identity = { ...namespaceScope, name: 'shop-www', component: 'web' };
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

/** What an implementation states for a whole Gateway. */
function gatewayPolicies(implementation: ImplementationName, change: Partial<GatewaySettings>): unknown[] {
  const gateway = { ...gatewayOfKind(implementation), ...change };
  return synthesized((scope) => implementations[implementation].addGatewayPolicies(scope, namespaceScope, gateway)).map(
    ({ apiVersion, kind, metadata: { namespace, name }, spec }) => ({ apiVersion, kind, namespace, name, spec }),
  );
}

const balancerCidrs = ['10.0.2.0/24', 'fd00:2::/64'];

test.each<[Partial<GatewaySettings>, object]>([
  [{}, {}],
  [{ clientAddress: 'hidden', balancerCidrs }, {}],
  [{ clientAddress: 'forwarded' }, { clientIPDetection: { xForwardedFor: { numTrustedHops: 1 } } }],
  [
    { clientAddress: 'forwarded', balancerCidrs },
    { clientIPDetection: { xForwardedFor: { trustedCIDRs: balancerCidrs } } },
  ],
  [{ clientAddress: 'proxy-protocol' }, { proxyProtocol: { optional: false } }],
])('Envoy Gateway finds the address of a client as is stated: %j', (change, detection) => {
  expect(gatewayPolicies('envoy-gateway', change)).toMatchObject([
    {
      kind: 'ClientTrafficPolicy',
      spec: { timeout: { http: { requestHeadersReceivedTimeout: '60s' } }, ...detection },
    },
  ]);
  const [policy] = gatewayPolicies('envoy-gateway', change) as { spec: object }[];
  expect(Object.keys(policy?.spec ?? {}).sort()).toEqual([...Object.keys(detection), 'targetRefs', 'timeout']);
});

test.each<[GatewaySettings['clientAddress'], string]>([
  ['proxy-protocol', 'ProxyProtocol'],
  ['forwarded', 'XForwardedFor'],
])('NGINX Gateway Fabric takes the word of load balancers alone: %s', (clientAddress, mode) => {
  const trustedAddresses = balancerCidrs.map((value) => ({ type: 'CIDR', value }));
  const parameters = { kind: 'NginxProxy', name: 'shop' };
  const change = { clientAddress, balancerCidrs };
  expect(gatewayPolicies('nginx-gateway-fabric', change)).toStrictEqual([
    {
      apiVersion: 'gateway.nginx.org/v1alpha2',
      ...parameters,
      namespace: 'shop-test',
      spec: { rewriteClientIP: { mode, trustedAddresses } },
    },
  ]);
  const gateway = { ...gatewayOfKind('nginx-gateway-fabric'), ...change };
  const hosts = { subdomains: ['www'], domain: 'shop.test', routeNamespace: 'shop-test' };
  const [made] = synthesized((scope) => new PublicGateway(scope, 'gateway', { namespaceScope, ...hosts, gateway }));
  expect(made?.spec).toMatchObject({
    infrastructure: { parametersRef: { group: 'gateway.nginx.org', ...parameters } },
  });
});

test('NGINX Gateway Fabric needs no parameters where it sees its clients or nothing says who they are', () => {
  for (const clientAddress of ['connection', 'hidden'] as const) {
    expect(gatewayPolicies('nginx-gateway-fabric', { clientAddress, balancerCidrs })).toEqual([]);
  }
});

test('what a portable Gateway cannot state is reported', () => {
  const gaps = (clientAddress: GatewaySettings['clientAddress']) =>
    implementations.portable.gaps(backendApi.exposure, { ...gatewayOfKind('portable'), clientAddress }).join('\n');
  expect(gaps('proxy-protocol')).toContain('cannot state clientAddress proxy-protocol');
  expect(gaps('connection')).not.toContain('clientAddress');
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
