import * as z from 'zod';
import { type Entrance, entranceFields } from './entrance';
import { cidr, dnsLabel, objectName } from './formats';

const implementationNames = ['envoy-gateway', 'nginx-gateway-fabric', 'portable'] as const;

/**
 * An implementation of the Gateway API whose own policies are written: Envoy Gateway 1.9 or newer, NGINX Gateway Fabric 2.6 or
 * newer. `portable` is any other: it gets the objects of the Gateway API alone.
 */
export type ImplementationName = (typeof implementationNames)[number];

/** A Gateway of the environment leads requests to the services, by an HTTPRoute for each public host. */
export interface GatewaySettings extends Entrance {
  /** The literal `gateway`. */
  readonly kind: 'gateway';
  /** GatewayClass of the Gateway, such as `envoy`. */
  readonly className: string;
  /** What is behind the class, such as `envoy-gateway`; decides which policies are written. `portable` gets none. */
  readonly implementation: ImplementationName;
  /** Where the proxies of the Gateway run, which alone may connect to the exposed services. */
  readonly proxies: Proxies;
  /**
   * Addresses of the load balancers in front of the proxies, whose word on the address of a client is taken, such as
   * `10.0.2.0/24`; none if nothing is in front. NGINX Gateway Fabric needs them to read it.
   */
  readonly balancerCidrs: readonly string[];
}

/** Where the proxies of a Gateway run. */
export type Proxies = ProxiesBesideGateway | ProxiesInNamespace | ProxiesOnNodes;

/** In the namespace of the Gateway, as those of NGINX Gateway Fabric do. */
export interface ProxiesBesideGateway {
  /** The literal `beside-gateway`. */
  readonly kind: 'beside-gateway';
}

/** In a namespace of the implementation, as those of Envoy Gateway do by default. */
export interface ProxiesInNamespace {
  /** The literal `namespace`. */
  readonly kind: 'namespace';
  /** Their namespace, such as `envoy-gateway-system`. */
  readonly namespace: string;
}

/**
 * In the network of the nodes or outside the cluster, where no selector finds them, as those of GKE do. Cilium knows its own proxies
 * by an identity that no network policy of Kubernetes can name: docs/guides/gateway.md has the policy that it needs beside.
 */
export interface ProxiesOnNodes {
  /** The literal `nodes`. */
  readonly kind: 'nodes';
  /** Addresses that they connect from, such as `10.0.1.0/24`. */
  readonly cidrs: readonly string[];
}

const proxiesSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('beside-gateway') }),
  z.strictObject({ kind: z.literal('namespace'), namespace: dnsLabel }),
  z.strictObject({
    kind: z.literal('nodes'),
    cidrs: z.array(cidr).min(1, 'is empty; name at least one range').readonly(),
  }),
]);

/** The most that NGINX Gateway Fabric takes. */
const mostBalancers = 64;

/** @internal */
export const gatewaySchema = z
  .strictObject({
    kind: z.literal('gateway'),
    className: objectName,
    implementation: z.enum(implementationNames, `use one of ${implementationNames.join(', ')}`),
    proxies: proxiesSchema,
    balancerCidrs: z
      .array(cidr)
      .max(mostBalancers, `has more than ${mostBalancers} ranges; use larger ones`)
      .readonly(),
    ...entranceFields,
  })
  .superRefine(({ implementation, clientAddress, balancerCidrs }, context) => {
    if (implementation !== 'nginx-gateway-fabric' || !readsBalancer(clientAddress) || balancerCidrs.length > 0) return;
    const message = `is empty, and nginx-gateway-fabric needs it for clientAddress ${clientAddress}; name at least one range`;
    context.addIssue({ code: 'custom', path: ['balancerCidrs'], input: balancerCidrs, message });
  });

/** Whether a load balancer in front of the proxies says what the address of a client is. */
export function readsBalancer(clientAddress: GatewaySettings['clientAddress']): boolean {
  return clientAddress === 'proxy-protocol' || clientAddress === 'forwarded';
}
