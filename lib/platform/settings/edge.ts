import * as z from 'zod';
import { reportProblem } from '../errors';
import type { Exposure } from '../service-contract';
import { cidr, cidrs, dnsLabel, objectName } from './formats';

const clientAddresses = ['connection', 'proxy-protocol', 'forwarded', 'hidden'] as const;

/** What every way into the cluster states, whatever routes requests to the services. */
export interface Entrance {
  /**
   * Where the proxies find the address of a client, by which they count limits, such as `connection`: that of the connection, if
   * their Service has `externalTrafficPolicy: Local`; `proxy-protocol`: what a load balancer says in the PROXY protocol at the start
   * of each connection, and they refuse connections without it; `forwarded` by a proxy in X-Forwarded-For; or nowhere, `hidden`
   * behind the address of a load balancer or node. All clients then would share one limit, so none is set.
   */
  readonly clientAddress: (typeof clientAddresses)[number];
  /** cert-manager ClusterIssuer of the certificates, such as `letsencrypt-prod`. */
  readonly clusterIssuer: string;
  /**
   * Whether clients trust the certificates of the public hosts, such as `trusted`. Those of an issuer for tests they do not: probes and smoke
   * tests then do not verify them.
   */
  readonly publicCertificates: 'trusted' | 'untrusted';
}

/** @internal */
export const entranceFields = {
  clientAddress: z.enum(clientAddresses),
  clusterIssuer: objectName,
  publicCertificates: z.enum(['trusted', 'untrusted']),
};

/** The limits of an exposure that proxies can count: by the address of a client, so they have to see that. */
export function selectCountableLimits({ limits }: Exposure, { clientAddress }: Entrance): Exposure['limits'] {
  return clientAddress === 'hidden' ? 'none' : limits;
}

const controllerNames = ['ingress-nginx', 'traefik', 'plain'] as const;

/** An ingress controller that can be configured by objects. `plain` is any other: it gets an Ingress alone. */
export type ControllerName = (typeof controllerNames)[number];

/** An ingress controller routes requests to the services, by an Ingress for each public host. */
export interface IngressSettings extends Entrance {
  readonly kind: 'ingress';
  /** IngressClass that the Ingresses name, such as `nginx`. */
  readonly className: string;
  /** Controller behind the class; decides which annotations and objects are written. `plain` writes none. */
  readonly controller: ControllerName;
  /** Namespace of the controller's pods, which alone may connect to the exposed services, such as `ingress-nginx`. */
  readonly controllerNamespace: string;
  /**
   * Addresses of the controller if it runs in its nodes' network, where no selector finds it, such as `10.0.1.0/24`;
   * else none.
   */
  readonly controllerCidrs: readonly string[];
}

/** @internal */
export const ingressSchema = z.strictObject({
  kind: z.literal('ingress'),
  className: objectName,
  controller: z.enum(controllerNames),
  controllerNamespace: dnsLabel,
  controllerCidrs: z.array(cidr).readonly(),
  ...entranceFields,
});

const implementationNames = ['envoy-gateway', 'nginx-gateway-fabric', 'portable'] as const;

/**
 * An implementation of the Gateway API whose own policies are written: Envoy Gateway 1.9 or newer, NGINX Gateway Fabric 2.6 or
 * newer. `portable` is any other: it gets the objects of the Gateway API alone.
 */
export type ImplementationName = (typeof implementationNames)[number];

/** A Gateway of the environment routes requests to the services, by an HTTPRoute for each public host. */
export interface GatewaySettings extends Entrance {
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
  readonly kind: 'beside-gateway';
}

/** In a namespace of the implementation, as those of Envoy Gateway do by default. */
export interface ProxiesInNamespace {
  readonly kind: 'namespace';
  /** Their namespace, such as `envoy-gateway-system`. */
  readonly namespace: string;
}

/**
 * In the network of the nodes or outside the cluster, where no selector finds them, as those of GKE do. Cilium knows its own proxies
 * by an identity that no network policy of Kubernetes can name: docs/guides/gateway.md has the policy that it needs beside.
 */
export interface ProxiesOnNodes {
  readonly kind: 'nodes';
  /** Addresses that they connect from, such as `10.0.1.0/24`. */
  readonly cidrs: readonly string[];
}

const proxiesSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('beside-gateway') }),
  z.strictObject({ kind: z.literal('namespace'), namespace: dnsLabel }),
  z.strictObject({
    kind: z.literal('nodes'),
    cidrs,
  }),
]);

/** The most that NGINX Gateway Fabric takes. */
const mostBalancers = 64;

/** @internal */
export const gatewaySchema = z
  .strictObject({
    kind: z.literal('gateway'),
    className: objectName,
    implementation: z.enum(implementationNames),
    proxies: proxiesSchema,
    balancerCidrs: z
      .array(cidr)
      .max(mostBalancers, `has more than ${mostBalancers} ranges; use larger ones`)
      .readonly(),
    ...entranceFields,
  })
  .superRefine(({ implementation, clientAddress, balancerCidrs }, context) => {
    if (implementation !== 'nginx-gateway-fabric' || !isAddressFromBalancer(clientAddress) || balancerCidrs.length > 0)
      return;
    const message = `is empty, and nginx-gateway-fabric needs it for clientAddress ${clientAddress}; name at least one range`;
    reportProblem(context, ['balancerCidrs'], message);
  });

/** Whether a load balancer in front of the proxies says what the address of a client is. */
export function isAddressFromBalancer(clientAddress: GatewaySettings['clientAddress']): boolean {
  return clientAddress === 'proxy-protocol' || clientAddress === 'forwarded';
}

/** How clients outside the cluster reach the public hosts. */
export type Edge = IngressSettings | GatewaySettings | BothEdges;

/** An ingress controller and a Gateway serve the same hosts, each at its own address: for a move from one to the other. */
export interface BothEdges {
  readonly kind: 'both';
  /** The ingress controller. */
  readonly ingress: IngressSettings;
  /** The Gateway. */
  readonly gateway: GatewaySettings;
}

/** @internal */
export const edgeSchema = z.discriminatedUnion('kind', [
  ingressSchema,
  gatewaySchema,
  z.strictObject({ kind: z.literal('both'), ingress: ingressSchema, gateway: gatewaySchema }),
]);

/** The ingress controller of an edge, if it has one. */
export function findIngress(edge: Edge): IngressSettings | undefined {
  if (edge.kind === 'both') return edge.ingress;
  return edge.kind === 'ingress' ? edge : undefined;
}

/** The Gateway of an edge, if it has one. */
export function findGateway(edge: Edge): GatewaySettings | undefined {
  if (edge.kind === 'both') return edge.gateway;
  return edge.kind === 'gateway' ? edge : undefined;
}

/** Whether clients trust the certificates of the public hosts, at whichever address they arrive. */
export function decidePublicCertificates(edge: Edge): Entrance['publicCertificates'] {
  const ways = [findIngress(edge), findGateway(edge)];
  return ways.some((way) => way?.publicCertificates === 'untrusted') ? 'untrusted' : 'trusted';
}
