import * as z from 'zod';
import { cidr, dnsLabel, objectName } from './formats';

const controllerNames = ['ingress-nginx', 'plain'] as const;

/** An ingress controller whose annotations are known. `plain` is any other: it gets none. */
export type ControllerName = (typeof controllerNames)[number];

/** Ingress controller and certificate issuer of an environment. */
export interface IngressSettings {
  /** IngressClass that the Ingresses name, such as `nginx`. */
  readonly className: string;
  /** Controller behind the class; decides which annotations are written. `plain` writes none. */
  readonly controller: ControllerName;
  /** Namespace of the controller's pods, which alone may connect to the exposed services, such as `ingress-nginx`. */
  readonly controllerNamespace: string;
  /**
   * Addresses of the controller if it runs in its nodes' network, where no selector finds it, such as `10.0.1.0/24`;
   * else none.
   */
  readonly controllerCidrs: readonly string[];
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
  className: objectName,
  controller: z.enum(controllerNames, `use one of ${controllerNames.join(', ')}`),
  controllerNamespace: dnsLabel,
  controllerCidrs: z.array(cidr).readonly(),
  clusterIssuer: objectName,
  publicCertificates: z.enum(['trusted', 'untrusted'], 'use trusted or untrusted'),
});
