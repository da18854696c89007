import type { Exposure } from '../../platform/service-contract';
import { type IngressSettings, selectCountableLimits } from '../../platform/settings/edge';
import { parseQuantity } from '../../platform/settings/quantity';
import { type Controller, prefixNames } from './controller';

/** ingress-nginx, which the deployment guide names. It is retired upstream: only this file depends on it. */
export const ingressNginx: Controller = {
  configure: (_scope, { exposure, ingress }) => ({ ingress: makeAnnotations(exposure, ingress), service: {} }),
  gaps: (_exposure, { clientAddress }) => {
    const setting = addressSettings[clientAddress];
    return setting === undefined ? [] : [`ingress-nginx reads ${setting} and proxy-real-ip-cidr in its ConfigMap`];
  },
};

/** What the controller reads an address from, and its setting. */
const addressSettings: Partial<Record<IngressSettings['clientAddress'], string>> = {
  forwarded: 'forwarded addresses only with use-forwarded-headers',
  'proxy-protocol': 'the PROXY protocol only with use-proxy-protocol',
};

function makeAnnotations(exposure: Exposure, ingress: IngressSettings): Record<string, string> {
  const mebibytes = Math.ceil(parseQuantity(exposure.maxBodySize) / parseQuantity('1Mi'));
  return prefixNames('nginx.ingress.kubernetes.io', {
    'ssl-redirect': 'true',
    'proxy-body-size': `${mebibytes}m`,
    'proxy-read-timeout': String(exposure.idleTimeout),
    'proxy-send-timeout': String(exposure.idleTimeout),
    'proxy-connect-timeout': String(exposure.connectTimeout),
    'proxy-buffering': exposure.buffering ? 'on' : 'off',
    ...makeLimitAnnotations(selectCountableLimits(exposure, ingress)),
  });
}

/** The burst is stated as a multiple of the rate. */
function makeLimitAnnotations(limits: Exposure['limits']): Record<string, string> {
  if (limits === 'none') return {};
  const { requestsPerSecond, burst, concurrent } = limits;
  return {
    'limit-rps': String(requestsPerSecond),
    'limit-burst-multiplier': String(Math.ceil(burst / requestsPerSecond)),
    'limit-connections': String(concurrent),
  };
}
