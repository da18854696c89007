import type { Environment, MonitoredEnvironment } from '../../lib/platform/environment';
import {
  findIngress,
  type GatewaySettings,
  type ImplementationName,
  type IngressSettings,
} from '../../lib/platform/settings/edge';

/** The ingress controller of an environment that has one. */
export function ingressIn({ name, edge }: Environment): IngressSettings {
  const ingress = findIngress(edge);
  if (ingress === undefined) throw new Error(`${name} has no ingress controller`);
  return ingress;
}

/** The settings of a Gateway, with the proxies where the implementation has them if it is not stated otherwise. */
export function gatewayOfKind(implementation: ImplementationName): GatewaySettings {
  return {
    kind: 'gateway',
    className: 'public',
    implementation,
    proxies:
      implementation === 'envoy-gateway'
        ? { kind: 'namespace', namespace: 'envoy-gateway-system' }
        : { kind: 'beside-gateway' },
    balancerCidrs: [],
    clientAddress: 'connection',
    clusterIssuer: 'letsencrypt-gateway',
    publicCertificates: 'trusted',
  };
}

/** Service with the metrics of the proxies. */
function metricsOf({ implementation, proxies }: GatewaySettings): string {
  if (implementation === 'portable') return 'none';
  return `metrics.${proxies.kind === 'namespace' ? proxies.namespace : 'shop-test-edge'}.svc`;
}

/** An environment behind a Gateway instead of its ingress controller, whose metrics then are not scraped. */
export function behindGateway<E extends MonitoredEnvironment>(environment: E, gateway: GatewaySettings): E {
  const { monitoring } = environment;
  const externalTargets = { ...monitoring.externalTargets, ingressNginx: 'none', gateway: metricsOf(gateway) };
  return { ...environment, edge: gateway, monitoring: { ...monitoring, externalTargets } };
}

/** An environment behind its ingress controller and a Gateway. */
export function behindBoth<E extends Environment>(environment: E, gateway: GatewaySettings): E {
  return { ...environment, edge: { kind: 'both', ingress: ingressIn(environment), gateway } };
}
