import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as z from 'zod';
import { dnsLabel, hostname, port } from '../kubernetes/formats';
import { identitySchema, type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';
import { requireValid } from '../problems';
import type { Exposure } from '../services/contract';
import { exposureSchema } from '../services/contract-problems';
import { controllers } from './controllers';
import { type IngressSettings, ingressSchema } from './ingress-settings';

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
export class ExposedService extends Construct {
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
