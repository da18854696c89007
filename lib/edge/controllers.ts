import { parseQuantity } from '../kubernetes/quantity';
import type { Exposure } from '../services/contract';

/**
 * Ingress controllers that we can tell how to treat an exposed service, by annotations.
 * ingress-nginx is the guide's; it is retired upstream, so nothing outside of this module knows of it. `plain` says
 * nothing, for a controller that is configured in its own objects.
 */
export const controllers = { 'ingress-nginx': ingressNginx, plain: () => ({}) } as const satisfies Readonly<
  Record<string, (exposure: Exposure) => Record<string, string>>
>;

/** An ingress controller whose annotations are known. */
export type ControllerName = keyof typeof controllers;

function ingressNginx(exposure: Exposure): Record<string, string> {
  const mebibytes = Math.ceil(parseQuantity(exposure.maxBodySize) / parseQuantity('1Mi'));
  return prefixed({
    'ssl-redirect': 'true',
    'proxy-body-size': `${mebibytes}m`,
    'proxy-read-timeout': String(exposure.idleTimeout),
    'proxy-send-timeout': String(exposure.idleTimeout),
    'proxy-connect-timeout': String(exposure.connectTimeout),
    'proxy-buffering': exposure.buffering ? 'on' : 'off',
  });
}

function prefixed(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );
}
