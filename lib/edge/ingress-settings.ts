import * as z from 'zod';
import { cidr, dnsLabel, objectName } from '../kubernetes/formats';
import { type ControllerName, controllers } from './controllers';

/** How an environment is reached: its ingress controller and who issues its certificates. */
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
}

const controllerNames = Object.keys(controllers) as [ControllerName, ...ControllerName[]];

/** @internal */
export const ingressSchema = z.strictObject({
  className: objectName,
  controller: z.enum(controllerNames, `use one of ${controllerNames.join(', ')}`),
  controllerNamespace: dnsLabel,
  controllerCidrs: z.array(cidr).readonly(),
  clusterIssuer: objectName,
});
