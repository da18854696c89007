import { Construct } from 'constructs';
import * as z from 'zod';
import { requireValid } from '../../platform/errors';
import type { Exposure } from '../../platform/service-contract';
import { exposureSchema } from '../../platform/service-contract-validation';
import { type GatewaySettings, gatewaySchema } from '../../platform/settings/edge';
import { dnsLabel, hostname, port } from '../../platform/settings/formats';
import { addCustomObject } from '../kubernetes/custom-object';
import { identitySchema, makeMetadata, type WorkloadIdentity } from '../kubernetes/metadata';
import { everyPath, type GatewayName, makeListenerRef, nameHostListener } from './implementation';
import { implementations } from './implementations';

/** Properties of a `ServiceRoute`. */
export interface ServiceRouteProps {
  /** The workload behind it; the route gets its labels. */
  readonly identity: WorkloadIdentity;
  /** How clients reach it from outside: subdomain, sizes and timeouts. */
  readonly exposure: Exposure;
  /** Service that requests go to. */
  readonly host: string;
  /** Number of the Service's port. */
  readonly port: number;
  /** Domain of the environment: the public host is the exposure's subdomain of it. */
  readonly domain: string;
  /** Class and implementation of the environment. */
  readonly gateway: GatewaySettings;
  /** The Gateway, which has a listener for the host. */
  readonly parent: GatewayName;
}

const propsSchema = z.looseObject({
  identity: identitySchema,
  exposure: exposureSchema,
  host: dnsLabel,
  port,
  domain: hostname,
  gateway: gatewaySchema,
  parent: z.looseObject({ name: dnsLabel, namespace: dnsLabel }),
});

/** An HTTPRoute from the public host of a service, and what the Gateway's implementation needs. */
export class ServiceRoute extends Construct {
  constructor(scope: Construct, id: string, props: ServiceRouteProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'ServiceRoute');
    const { identity, exposure, host, port, domain, gateway, parent } = props;
    const name = `${identity.platform}-${exposure.subdomain}`;
    const implementation = implementations[gateway.implementation];
    addCustomObject(this, 'route', 'HTTPRoute', makeMetadata(identity, name), {
      parentRefs: [makeListenerRef(parent, nameHostListener(exposure.subdomain))],
      hostnames: [`${exposure.subdomain}.${domain}`],
      rules: [
        {
          matches: [everyPath],
          filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: makeHeaders(gateway) } }],
          timeouts: implementation.routeTimeouts,
          backendRefs: [{ group: '', kind: 'Service', name: host, port, weight: 1 }],
        },
      ],
    });
    implementation.addRoutePolicies(this, { identity, name, exposure, gateway });
  }
}

/** A browser that has seen the last one does not let a user past a certificate for tests. */
function makeHeaders({ publicCertificates }: GatewaySettings): object[] {
  return [
    { name: 'X-Content-Type-Options', value: 'nosniff' },
    { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
    ...(publicCertificates === 'trusted' ? [{ name: 'Strict-Transport-Security', value: 'max-age=31536000' }] : []),
  ];
}
