import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import type { Exposure } from '../../platform/service-contract';
import { exposureSchema } from '../../platform/service-contract-validation';
import { type IngressSettings, ingressSchema } from '../../platform/settings/edge';
import { dnsLabel, hostname, port } from '../../platform/settings/formats';
import { k8s } from '../kubernetes/k8s';
import { identitySchema, makeMetadata, type WorkloadIdentity } from '../kubernetes/metadata';
import { controllers } from './controllers';

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

/** An Ingress for the public host of a service, with a certificate from cert-manager, and what its controller needs. */
export class ServiceIngress extends Construct {
  /** Annotations that the controller reads from the Service. */
  readonly serviceAnnotations: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ServiceIngressProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'ServiceIngress');
    const { identity, exposure, host, port, domain, ingress } = props;
    const name = `${identity.platform}-${exposure.subdomain}`;
    const publicHost = `${exposure.subdomain}.${domain}`;
    const route = { identity, name, host: publicHost, exposure, ingress };
    const annotations = controllers[ingress.controller].configure(this, route);
    this.serviceAnnotations = annotations.service;
    new k8s.KubeIngress(this, 'ingress', {
      metadata: {
        ...makeMetadata(identity, `${name}-ingress`),
        annotations: {
          'cert-manager.io/cluster-issuer': ingress.clusterIssuer,
          ...annotations.ingress,
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
