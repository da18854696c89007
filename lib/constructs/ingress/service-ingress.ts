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

/** Properties of a `ServiceIngress`. */
export interface ServiceIngressProps {
  /** The workload behind it; the Ingress gets its labels. */
  readonly identity: WorkloadIdentity;
  /** How clients reach it from outside: subdomain, sizes and timeouts. */
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

/** An Ingress for the public host of a service, with a certificate from cert-manager. */
export class ServiceIngress extends Construct {
  constructor(scope: Construct, id: string, props: ServiceIngressProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'ServiceIngress');
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
 * Annotations that configure a service's exposure, by ingress controller.
 * The guide uses ingress-nginx, which is retired upstream, so only this module depends on it. `plain` sets none, for a
 * controller that is configured by its own objects.
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
