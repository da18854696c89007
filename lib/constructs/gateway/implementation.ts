import type { Construct } from 'constructs';
import { nameEdgeNamespace } from '../../platform/namespaces';
import type { Exposure } from '../../platform/service-contract';
import { type GatewaySettings, isAddressFromBalancer } from '../../platform/settings/edge';
import type { NamespaceScope, WorkloadIdentity } from '../kubernetes/metadata';

/** A public host that a Gateway leads to a service. */
export interface GatewayRoute {
  /** The workload behind it; the policies get its labels. */
  readonly identity: WorkloadIdentity;
  /** Name of its HTTPRoute and of the policies for it, such as `veza-api`. */
  readonly name: string;
  readonly exposure: Exposure;
  readonly gateway: GatewaySettings;
}

/** What the proxies of a Gateway export. */
export interface ProxyMetrics {
  /** Name of the job that scrapes them. */
  readonly job: string;
  readonly port: number;
  readonly path: string;
  /** Regular expression of the names that are kept. */
  readonly kept: string;
}

/** An implementation of the Gateway API: how what that leaves open is stated to it. */
export interface Implementation {
  /** Labels of the pods of a Gateway's proxies. */
  proxyLabels(gateway: GatewayName): Readonly<Record<string, string>>;
  /** Port on which the proxies listen for HTTPS. */
  readonly httpsPort: number;
  /** Time limits that HTTPRoutes state to it; none if it does not know them. */
  readonly routeTimeouts: Readonly<Record<string, string>> | undefined;
  /** What its proxies export; none if it is not known. */
  readonly metrics: ProxyMetrics | undefined;
  /** Adds its policies for a Gateway. */
  addGatewayPolicies(scope: Construct, namespaceScope: NamespaceScope, gateway: GatewaySettings): void;
  /** The object with the Gateway's own settings that `addGatewayPolicies` adds beside it; none if it needs none. */
  parameters(namespaceScope: NamespaceScope, gateway: GatewaySettings): ParametersReference | undefined;
  /** Adds its policies for a route. */
  addRoutePolicies(scope: Construct, route: GatewayRoute): void;
  /** What of an exposure its own configuration has to do, or cannot be done, a line each. */
  gaps(exposure: Exposure, gateway: GatewaySettings): string[];
}

/** A reference of a Gateway to an object of its implementation in the same namespace. */
export interface ParametersReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The port of public HTTPS. */
export const httpsPort = 443;

/**
 * A route's time limits are of whole requests, which may last as long as a download or a websocket. Without them, an
 * implementation may set its own: Envoy's is 15 s.
 */
export const unlimitedRequests = { request: '0s' } as const;

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
    ...(isAddressFromBalancer(clientAddress)
      ? [`the Gateway API cannot state clientAddress ${clientAddress}; configure the implementation to read it`]
      : []),
  ],
};

const group = 'gateway.networking.k8s.io';

/** A Gateway by its name. */
export interface GatewayName {
  /** Its name, such as `veza`. */
  readonly name: string;
  /** Its namespace, such as `veza-staging-edge`. */
  readonly namespace: string;
}

/** The Gateway of an environment. */
export function nameGateway({ namespace, platform }: Pick<NamespaceScope, 'namespace' | 'platform'>): GatewayName {
  return { name: platform, namespace: nameEdgeNamespace(namespace) };
}

/** Name of the listener that redirects to HTTPS and lets the challenges of certificates in. */
export const plainListener = 'http';

/** Name of the listener of a public host; no subdomain makes it that of the plain one. */
export function nameHostListener(subdomain: string): string {
  return `https-${subdomain}`;
}

/** The Secret of the certificate of a public host. */
export function nameCertificateSecret(platform: string, subdomain: string): string {
  return `${platform}-${subdomain}-tls`;
}

/** What a route states about a listener that it is attached to. The API server would add what is not stated here too. */
export function makeListenerRef({ name, namespace }: GatewayName, sectionName: string): object {
  return { group, kind: 'Gateway', namespace, name, sectionName };
}

/** What a policy states about the object that it is for. */
export function makeTargetRef(kind: 'Gateway' | 'HTTPRoute', name: string): object {
  return { group, kind, name };
}

/** Matches every path. */
export const everyPath = { path: { type: 'PathPrefix', value: '/' } };
