import type { Exposure } from '../../platform/service-contract';
import { type GatewaySettings, readsBalancer, selectCountableLimits } from '../../platform/settings/edge';
import { parseQuantity } from '../../platform/settings/quantity';
import { addCustomObject } from '../kubernetes/custom-object';
import { platformMetadata, workloadMetadata } from '../kubernetes/metadata';
import { scrapeJobs } from '../monitoring/scrape-endpoints';
import { targetRef } from './gateway-objects';
import { type GatewayRoute, httpsPort, type Implementation } from './implementation';

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
    if (!readsBalancer(gateway.clientAddress)) return;
    const metadata = platformMetadata(namespaceScope, namespaceScope.platform);
    addCustomObject(scope, 'parameters', parametersKind, metadata, { rewriteClientIP: clientRewrite(gateway) });
  },
  // What it does not state is as the NginxProxy of the GatewayClass has it.
  parameters: ({ platform }, { clientAddress }) =>
    readsBalancer(clientAddress) ? { group, kind: parametersKind, name: platform } : undefined,
  addRoutePolicies(scope, route) {
    const metadata = workloadMetadata(route.identity, route.name);
    for (const [kind, spec] of policySpecs(route)) addCustomObject(scope, kind, kind, metadata, spec);
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

function clientRewrite({ clientAddress, balancerCidrs }: GatewaySettings): object {
  return {
    mode: clientAddress === 'proxy-protocol' ? 'ProxyProtocol' : 'XForwardedFor',
    trustedAddresses: balancerCidrs.map((value) => ({ type: 'CIDR', value })),
  };
}

type PolicyKind = 'ClientSettingsPolicy' | 'ProxySettingsPolicy' | 'RateLimitPolicy';

function policySpecs({ name, exposure, gateway }: GatewayRoute): (readonly [PolicyKind, object])[] {
  const target = targetRef('HTTPRoute', name);
  const idle = duration(exposure.idleTimeout);
  const limits = selectCountableLimits(exposure, gateway);
  const body = { maxSize: size(exposure.maxBodySize), timeout: idle };
  const timeout = { connect: duration(exposure.connectTimeout), read: idle, send: idle };
  const buffering = { disable: !exposure.buffering };
  const targetRefs = [target];
  return [
    ['ClientSettingsPolicy', { targetRef: target, body }],
    ['ProxySettingsPolicy', { targetRefs, timeout, buffering }],
    ...(limits === 'none' ? [] : [['RateLimitPolicy', { targetRefs, rateLimit: rateLimit(limits) }] as const]),
  ];
}

/** The zone holds the state of some 160,000 addresses; a client over its limit gets 429. */
function rateLimit({ requestsPerSecond, burst }: Exclude<Exposure['limits'], 'none'>): object {
  const rule = { key: '$binary_remote_addr', rate: `${requestsPerSecond}r/s`, burst, noDelay: true, zoneSize: '10m' };
  return { rejectCode: 429, local: { rules: [rule] } };
}

/** Numbers have four digits at most. */
const highest = 9999;

function size(quantity: string): string {
  const mebibytes = Math.ceil(parseQuantity(quantity) / parseQuantity('1Mi'));
  return mebibytes <= highest ? `${mebibytes}m` : `${Math.ceil(mebibytes / 1024)}g`;
}

function duration(seconds: number): string {
  return seconds <= highest ? `${seconds}s` : `${Math.ceil(seconds / 60)}m`;
}
