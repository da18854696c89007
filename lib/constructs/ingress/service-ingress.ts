import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import type { Exposure } from '../../platform/service-contract';
import { exposureSchema } from '../../platform/service-contract-validation';
import { dnsLabel, hostname, port } from '../../platform/settings/formats';
import { type ControllerName, type IngressSettings, ingressSchema } from '../../platform/settings/ingress';
import { parseQuantity } from '../../platform/settings/quantity';
import { identitySchema, type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';

/** Properties of an `ExposedService`. */
export interface ExposedServiceProps {
  /** The workload that answers; its labels are put on the Ingress. */
  readonly identity: WorkloadIdentity;
  /** How the world reaches it: subdomain, sizes and times. */
  readonly exposure: Exposure;
  /** Service that requests go to. */
  readonly host: string;
  /** Number of the Service's port. */
  readonly port: number;
  /** Domain of the environment: the public host is the exposure's subdomain of it. */
  readonly domain: string;
  /** Controller and issuer of the environment. */
  readonly ingress: IngressSettings;
}

const propsSchema = z.looseObject({
  identity: identitySchema,
  exposure: exposureSchema,
  host: dnsLabel,
  port,
  domain: hostname,
  ingress: ingressSchema,
});

/** A service made reachable from outside: an Ingress for its public host, with a certificate that cert-manager gets. */
export class ServiceIngress extends Construct {
  constructor(scope: Construct, id: string, props: ExposedServiceProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'ExposedService');
    const { identity, exposure, host, port, domain, ingress } = props;
    const name = `${identity.platform}-${exposure.subdomain}`;
    const publicHost = `${exposure.subdomain}.${domain}`;
    new k8s.KubeIngress(this, 'ingress', {
      metadata: {
        ...workloadMetadata(identity, `${name}-ingress`),
        annotations: {
          'cert-manager.io/cluster-issuer': ingress.clusterIssuer,
          ...controllers[ingress.controller](exposure),
        },
      },
      spec: {
        ingressClassName: ingress.className,
        tls: [{ hosts: [publicHost], secretName: `${name}-tls` }],
        rules: [
          {
            host: publicHost,
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: host, port: { number: port } } } }],
            },
          },
        ],
      },
    });
  }
}

/**
 * Ingress controllers that we can tell how to treat an exposed service, by annotations.
 * ingress-nginx is the guide's; it is retired upstream, so nothing outside of this module knows of it. `plain` says
 * nothing, for a controller that is configured in its own objects.
 */
export const controllers = {
  'ingress-nginx': ingressNginx,
  plain: () => ({}),
} as const satisfies Readonly<Record<ControllerName, (exposure: Exposure) => Record<string, string>>>;

function ingressNginx(exposure: Exposure): Record<string, string> {
  const mebibytes = Math.ceil(parseQuantity(exposure.maxBodySize) / parseQuantity('1Mi'));
  return prefixed({
    'ssl-redirect': 'true',
    'proxy-body-size': `${mebibytes}m`,
    'proxy-read-timeout': String(exposure.idleTimeout),
    'proxy-send-timeout': String(exposure.idleTimeout),
    'proxy-connect-timeout': String(exposure.connectTimeout),
    'proxy-buffering': exposure.buffering ? 'on' : 'off',
  });
}

function prefixed(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );
}
