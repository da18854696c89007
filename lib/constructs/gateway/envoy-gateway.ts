import type { Exposure } from '../../platform/service-contract';
import { type GatewaySettings, selectCountableLimits } from '../../platform/settings/edge';
import { parseQuantity } from '../../platform/settings/quantity';
import { addCustomObject } from '../kubernetes/custom-object';
import { makeMetadata, makePlatformMetadata } from '../kubernetes/metadata';
import { scrapeJobs } from '../monitoring/scrape-endpoints';
import { type GatewayRoute, type Implementation, makeTargetRef, unlimitedRequests } from './implementation';

const group = 'gateway.envoyproxy.io';

/** Envoy Gateway, 1.9 or newer: time limits of single routes are newer than 1.8. */
export const envoyGateway: Implementation = {
  proxyLabels: ({ name, namespace }) => ({
    [`${group}/owning-gateway-name`]: name,
    [`${group}/owning-gateway-namespace`]: namespace,
  }),
  // Its proxies have no right to listen on ports below 1024.
  httpsPort: 10443,
  routeTimeouts: unlimitedRequests,
  metrics: {
    job: scrapeJobs.envoyGateway,
    port: 19001,
    path: '/stats/prometheus',
    // It has thousands more, most of them histograms.
    kept: 'envoy_(cluster_upstream_(cx_active|cx_connect_fail|cx_none_healthy|rq_xx)|server_live)',
  },
  addGatewayPolicies(scope, namespaceScope, gateway) {
    const metadata = makePlatformMetadata(namespaceScope, namespaceScope.platform);
    addCustomObject(scope, 'client-policy', 'ClientTrafficPolicy', metadata, {
      targetRefs: [makeTargetRef('Gateway', namespaceScope.platform)],
      // Envoy itself waits for the headers of a request for ever.
      timeout: { http: { requestHeadersReceivedTimeout: '60s' } },
      ...makeClientDetection(gateway),
    });
  },
  parameters: () => undefined,
  addRoutePolicies(scope, route) {
    const spec = { targetRefs: [makeTargetRef('HTTPRoute', route.name)], ...makeTrafficSpec(route) };
    addCustomObject(scope, 'traffic-policy', 'BackendTrafficPolicy', makeMetadata(route.identity, route.name), spec);
  },
  gaps: (exposure, gateway) => [...findBodyGaps(exposure), ...findConcurrencyGaps(exposure, gateway)],
};

/** Envoy Gateway takes the word of every peer that speaks the PROXY protocol, and has no list of them. */
function makeClientDetection({ clientAddress, balancerCidrs }: GatewaySettings): object {
  if (clientAddress === 'proxy-protocol') return { proxyProtocol: { optional: false } };
  if (clientAddress !== 'forwarded') return {};
  const trusted = balancerCidrs.length > 0 ? { trustedCIDRs: [...balancerCidrs] } : { numTrustedHops: 1 };
  return { clientIPDetection: { xForwardedFor: trusted } };
}

function makeTrafficSpec({ exposure, gateway }: GatewayRoute): object {
  return {
    timeout: {
      tcp: { connectTimeout: `${exposure.connectTimeout}s` },
      http: { streamIdleTimeout: `${exposure.idleTimeout}s` },
    },
    circuitBreaker: unlimited,
    ...(limitsBodies(exposure) ? { requestBuffer: { limit: toWholeQuantity(exposure.maxBodySize) } } : {}),
    ...makeRateLimit(selectCountableLimits(exposure, gateway)),
  };
}

/** Envoy's own limit is 1024 of each for a service and proxy, and a websocket is one for as long as it is open. */
const unlimited = {
  maxConnections: 4_294_967_295,
  maxParallelRequests: 4_294_967_295,
  maxPendingRequests: 4_294_967_295,
  maxParallelRetries: 1024,
};

/** Its definition takes no fractions and exponents. */
function toWholeQuantity(quantity: string): string {
  return /^[1-9]\d*([EPTGMK]i|[EPTGMk])?$/.test(quantity) ? quantity : String(Math.ceil(parseQuantity(quantity)));
}

/** Envoy limits a body only by collecting it first, which breaks streams and websockets. */
function limitsBodies({ buffering, smoke }: Exposure): boolean {
  return buffering && smoke.every(({ kind }) => kind !== 'websocket');
}

/** All addresses, each counted on its own. */
const eachClient = ['0.0.0.0/0', '::/0'];

function makeRateLimit(limits: Exposure['limits']): object {
  if (limits === 'none') return {};
  const limit = tokens(limits);
  const rules = eachClient.map((value) => ({
    clientSelectors: [{ sourceCIDR: { type: 'Distinct', value, invert: false } }],
    limit,
  }));
  return { rateLimit: { type: 'Local', local: { rules } } };
}

const units = [
  ['Second', 1],
  ['Minute', 60],
  ['Hour', 3600],
] as const;

/**
 * There is no burst: what may come at once is what may come in the unit of time. So it is the shortest in which the rate
 * yields the burst.
 */
function tokens({ requestsPerSecond, burst }: Exclude<Exposure['limits'], 'none'>): object {
  const [unit, seconds] = units.find(([, each]) => requestsPerSecond * each >= burst) ?? units[2];
  return { requests: requestsPerSecond * seconds, unit };
}

function findBodyGaps(exposure: Exposure): string[] {
  const { maxBodySize, subdomain } = exposure;
  return [
    limitsBodies(exposure)
      ? `envoy-gateway holds each body for ${subdomain} in the memory of a proxy, up to ${maxBodySize}; give the proxies enough`
      : `envoy-gateway limits the size of a body only if it collects it: nothing enforces ${maxBodySize} on ${subdomain}`,
  ];
}

function findConcurrencyGaps(exposure: Exposure, gateway: GatewaySettings): string[] {
  const limits = selectCountableLimits(exposure, gateway);
  if (limits === 'none') return [];
  return [
    `envoy-gateway does not count the open requests of a client: nothing limits them to ${limits.concurrent} on ${exposure.subdomain}`,
  ];
}
