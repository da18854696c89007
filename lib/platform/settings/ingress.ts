import * as z from 'zod';
import { type Entrance, entranceFields } from './entrance';
import { cidr, dnsLabel, objectName } from './formats';

const controllerNames = ['ingress-nginx', 'traefik', 'plain'] as const;

/** An ingress controller that can be configured by objects. `plain` is any other: it gets an Ingress alone. */
export type ControllerName = (typeof controllerNames)[number];

/** An ingress controller leads requests to the services, by an Ingress for each public host. */
export interface IngressSettings extends Entrance {
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
}

/** @internal */
export const ingressSchema = z.strictObject({
  kind: z.literal('ingress'),
  className: objectName,
  controller: z.enum(controllerNames, `use one of ${controllerNames.join(', ')}`),
  controllerNamespace: dnsLabel,
  controllerCidrs: z.array(cidr).readonly(),
  ...entranceFields,
});
