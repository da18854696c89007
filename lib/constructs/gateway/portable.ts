import { readsBalancer } from '../../platform/settings/gateway';
import { httpsPort, type Implementation, unlimitedRequests } from './implementation';

/** Any other implementation: it gets objects of the Gateway API's standard channel alone. */
export const portable: Implementation = {
  proxyLabels: () => ({}),
  httpsPort,
  routeTimeouts: unlimitedRequests,
  metrics: undefined,
  addGatewayPolicies: () => undefined,
  parameters: () => undefined,
  addRoutePolicies: () => undefined,
  gaps: ({ subdomain, maxBodySize, idleTimeout, connectTimeout, buffering, limits }, { clientAddress }) => [
    `the Gateway API cannot limit bodies of ${subdomain} (${maxBodySize}), idle time (${idleTimeout} s), time to connect ` +
      `(${connectTimeout} s)${limits === 'none' ? '' : ' or clients'}, nor turn buffering ${buffering ? 'on' : 'off'}; ` +
      'configure the implementation to',
    ...(readsBalancer(clientAddress)
      ? [`the Gateway API cannot state clientAddress ${clientAddress}; configure the implementation to read it`]
      : []),
  ],
};
