import * as z from 'zod';
import { cidr, dnsLabel, objectName } from '../kubernetes/formats';
import { type ControllerName, controllers } from './controllers';

const controllerNames = Object.keys(controllers) as [ControllerName, ...ControllerName[]];

/** How an environment is reached: its ingress controller and who issues its certificates. */
export const ingressSchema = z.strictObject({
  /** IngressClass that the Ingresses name. */
  className: objectName,
  /** Controller behind the class; decides which annotations are written. */
  controller: z.enum(controllerNames, `use one of ${controllerNames.join(', ')}`),
  /** Namespace of the controller's pods, which alone may connect to the exposed services. */
  controllerNamespace: dnsLabel,
  /** Addresses of the controller if it runs in its nodes' network, where no selector finds it; else none. */
  controllerCidrs: z.array(cidr).readonly(),
  /** cert-manager ClusterIssuer of the certificates. */
  clusterIssuer: objectName,
});

/** How an environment is reached: its ingress controller and who issues its certificates. */
export type IngressSettings = z.infer<typeof ingressSchema>;
