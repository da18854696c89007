import type { Construct } from 'constructs';
import type { Exposure } from '../../platform/service-contract';
import type { IngressSettings } from '../../platform/settings/edge';
import type { WorkloadIdentity } from '../kubernetes/metadata';

/** A public host that a controller leads to a service. */
export interface Route {
  /** The workload behind it; the controller's objects get its labels. */
  readonly identity: WorkloadIdentity;
  /** Prefix of the names of its objects, such as `veza-api`. */
  readonly name: string;
  /** Public host, such as `api.veza.app`. */
  readonly host: string;
  readonly exposure: Exposure;
  readonly ingress: IngressSettings;
}

/** Annotations by which a controller reads how a host is exposed. */
export interface RouteAnnotations {
  /** Of the Ingress. */
  readonly ingress: Readonly<Record<string, string>>;
  /** Of the Service that requests go to. */
  readonly service: Readonly<Record<string, string>>;
}

/** An ingress controller: how an exposure is stated to it. */
export interface Controller {
  /** Adds the controller's own objects for a host, and returns the annotations. */
  configure(scope: Construct, route: Route): RouteAnnotations;
  /** What of an exposure the controller's own configuration has to do, or cannot be done, a line each. */
  gaps(exposure: Exposure, ingress: IngressSettings): string[];
}

/** Puts the prefix of a controller before the names of its annotations. */
export function prefixNames(prefix: string, annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`${prefix}/${name}`, value]));
}

/** Any other controller: it is configured by its own objects, so it gets no annotations. */
export const plainController: Controller = {
  configure: () => ({ ingress: {}, service: {} }),
  gaps: ({ limits, maxBodySize }) => [
    `sizes (${maxBodySize}), timeouts, buffering${limits === 'none' ? '' : ', limits'} and the redirect to HTTPS are not ` +
      'set for a plain controller; configure it to',
  ],
};
