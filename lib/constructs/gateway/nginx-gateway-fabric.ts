import type { Exposure } from '../../platform/service-contract';
import { type GatewaySettings, isAddressFromBalancer, selectCountableLimits } from '../../platform/settings/edge';
import { parseQuantity } from '../../platform/settings/quantity';
import { addCustomObject } from '../kubernetes/custom-object';
import { makeMetadata, makePlatformMetadata } from '../kubernetes/metadata';
import { scrapeJobs } from '../monitoring/scrape-endpoints';
import { type GatewayRoute, httpsPort, type Implementation, makeTargetRef } from './implementation';

const group = 'gateway.nginx.org';
const parametersKind = 'NginxProxy';

/** NGINX Gateway Fabric, 2.6 or newer: ProxySettingsPolicy and RateLimitPolicy are newer than 2.5. */
export const nginxGatewayFabric: Implementation = {
  proxyLabels: ({ name }) => ({ 'gateway.networking.k8s.io/gateway-name': name }),
  httpsPort,
  // It ignores them: its ProxySettingsPolicy states other ones.
  routeTimeouts: undefined,
  metrics: { job: scrapeJobs.nginxGatewayFabric, port: 9113, path: '/metrics', kept: 'nginx_http_.+' },
  addGatewayPolicies(scope, namespaceScope, gateway) {
    if (!isAddressFromBalancer(gateway.clientAddress)) return;
    const metadata = makePlatformMetadata(namespaceScope, namespaceScope.platform);
    addCustomObject(scope, 'parameters', parametersKind, metadata, { rewriteClientIP: makeClientRewrite(gateway) });
  },
  // What it does not state is as the NginxProxy of the GatewayClass has it.
  parameters: ({ platform }, { clientAddress }) =>
    isAddressFromBalancer(clientAddress) ? { group, kind: parametersKind, name: platform } : undefined,
  addRoutePolicies(scope, route) {
    const metadata = makeMetadata(route.identity, route.name);
    for (const [kind, spec] of makePolicySpecs(route)) addCustomObject(scope, kind, kind, metadata, spec);
  },
  gaps(exposure, gateway) {
    const limits = selectCountableLimits(exposure, gateway);
    return [
      ...(limits === 'none'
        ? []
        : [
            `nginx-gateway-fabric does not count the open requests of a client: nothing limits them to ${limits.concurrent} ` +
              `on ${exposure.subdomain}`,
          ]),
    ];
  },
};

function makeClientRewrite({ clientAddress, balancerCidrs }: GatewaySettings): object {
  return {
    mode: clientAddress === 'proxy-protocol' ? 'ProxyProtocol' : 'XForwardedFor',
    trustedAddresses: balancerCidrs.map((value) => ({ type: 'CIDR', value })),
  };
}

type PolicyKind = 'ClientSettingsPolicy' | 'ProxySettingsPolicy' | 'RateLimitPolicy';

function makePolicySpecs({ name, exposure, gateway }: GatewayRoute): (readonly [PolicyKind, object])[] {
  const target = makeTargetRef('HTTPRoute', name);
  const idle = formatDuration(exposure.idleTimeout);
  const limits = selectCountableLimits(exposure, gateway);
  const body = { maxSize: formatSize(exposure.maxBodySize), timeout: idle };
  const timeout = { connect: formatDuration(exposure.connectTimeout), read: idle, send: idle };
  const buffering = { disable: !exposure.buffering };
  const targetRefs = [target];
  return [
    ['ClientSettingsPolicy', { targetRef: target, body }],
    ['ProxySettingsPolicy', { targetRefs, timeout, buffering }],
    ...(limits === 'none' ? [] : [['RateLimitPolicy', { targetRefs, rateLimit: makeRateLimit(limits) }] as const]),
  ];
}

/** The zone holds the state of some 160,000 addresses; a client over its limit gets 429. */
function makeRateLimit({ requestsPerSecond, burst }: Exclude<Exposure['limits'], 'none'>): object {
  const rule = { key: '$binary_remote_addr', rate: `${requestsPerSecond}r/s`, burst, noDelay: true, zoneSize: '10m' };
  return { rejectCode: 429, local: { rules: [rule] } };
}

/** Numbers have four digits at most. */
const highest = 9999;

function formatSize(quantity: string): string {
  const mebibytes = Math.ceil(parseQuantity(quantity) / parseQuantity('1Mi'));
  return mebibytes <= highest ? `${mebibytes}m` : `${Math.ceil(mebibytes / 1024)}g`;
}

function formatDuration(seconds: number): string {
  return seconds <= highest ? `${seconds}s` : `${Math.ceil(seconds / 60)}m`;
}
