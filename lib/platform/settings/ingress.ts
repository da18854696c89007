import * as z from 'zod';
import { cidr, dnsLabel, objectName } from './formats';

const controllerNames = ['ingress-nginx', 'traefik', 'plain'] as const;

const clientAddresses = ['connection', 'forwarded', 'hidden'] as const;

/** An ingress controller that can be configured by objects. `plain` is any other: it gets an Ingress alone. */
export type ControllerName = (typeof controllerNames)[number];

/** An ingress controller leads requests to the services, by an Ingress for each public host. */
export interface IngressSettings {
  /** The literal `ingress`. */
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
  /**
   * Where the controller finds the address of a client, by which it counts limits: that of the `connection`, if its Service has
   * `externalTrafficPolicy: Local` or its load balancer speaks the PROXY protocol; `forwarded` by a proxy in X-Forwarded-For; or
   * nowhere, `hidden` behind the address of a load balancer or node. All clients then would share one limit, so none is set.
   */
  readonly clientAddress: (typeof clientAddresses)[number];
  /** cert-manager ClusterIssuer of the certificates, such as `letsencrypt-prod`. */
  readonly clusterIssuer: string;
  /**
   * Whether clients trust the certificates of the public hosts. Those of an issuer for tests they do not: probes and smoke
   * tests then do not verify them.
   */
  readonly publicCertificates: 'trusted' | 'untrusted';
}

/** @internal */
export const ingressSchema = z.strictObject({
  kind: z.literal('ingress'),
  className: objectName,
  controller: z.enum(controllerNames, `use one of ${controllerNames.join(', ')}`),
  controllerNamespace: dnsLabel,
  controllerCidrs: z.array(cidr).readonly(),
  clientAddress: z.enum(clientAddresses, `use one of ${clientAddresses.join(', ')}`),
  clusterIssuer: objectName,
  publicCertificates: z.enum(['trusted', 'untrusted'], 'use trusted or untrusted'),
});
