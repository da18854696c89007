import { Construct } from 'constructs';
import type { GatewaySettings } from '../../platform/settings/edge';
import { addCustomObject } from '../kubernetes/custom-object';
import { makePlatformMetadata, type NamespaceScope } from '../kubernetes/metadata';
import {
  everyPath,
  httpsPort,
  makeListenerRef,
  nameCertificateSecret,
  nameHostListener,
  plainListener,
} from './implementation';
import { implementations } from './implementations';

export interface PublicGatewayProps {
  /** Its namespace, and the platform that it is of. */
  readonly namespaceScope: NamespaceScope;
  /** Subdomains of the public hosts, such as `api`. */
  readonly subdomains: readonly string[];
  /** Domain of the public hosts. */
  readonly domain: string;
  /** Namespace of the routes to the services, which alone are let in. */
  readonly routeNamespace: string;
  /** Class and issuer of the environment. */
  readonly gateway: GatewaySettings;
}

/**
 * The Gateway of an environment: for each public host a listener with a certificate of its own, and one that redirects to
 * HTTPS. The certificates are in its namespace, where it may use them without a grant.
 */
export class PublicGateway extends Construct {
  constructor(scope: Construct, id: string, props: PublicGatewayProps) {
    super(scope, id);
    const { namespaceScope, subdomains, gateway } = props;
    const parametersRef = implementations[gateway.implementation].parameters(namespaceScope, gateway);
    addCustomObject(this, 'gateway', 'Gateway', makePlatformMetadata(namespaceScope, namespaceScope.platform), {
      gatewayClassName: gateway.className,
      ...(parametersRef === undefined ? {} : { infrastructure: { parametersRef } }),
      listeners: [redirectListener, ...subdomains.map((subdomain) => makeHostListener(subdomain, props))],
    });
    for (const subdomain of subdomains) this.addCertificate(subdomain, props);
    for (let first = 0; first < subdomains.length; first += mostHostnames) this.addRedirect(first, props);
    implementations[gateway.implementation].addGatewayPolicies(this, namespaceScope, gateway);
  }

  private addCertificate(subdomain: string, { namespaceScope, domain, gateway }: PublicGatewayProps): void {
    const metadata = makePlatformMetadata(namespaceScope, `${namespaceScope.platform}-${subdomain}`);
    addCustomObject(this, `${subdomain}-certificate`, 'Certificate', metadata, {
      secretName: nameCertificateSecret(namespaceScope.platform, subdomain),
      dnsNames: [`${subdomain}.${domain}`],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: gateway.clusterIssuer },
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    });
  }

  /** Challenges of certificates have longer paths, so their routes have precedence over this one. */
  private addRedirect(first: number, { namespaceScope, subdomains, domain }: PublicGatewayProps): void {
    const suffix = first === 0 ? 'redirect' : `redirect-${first / mostHostnames + 1}`;
    const hosts = subdomains.slice(first, first + mostHostnames);
    const metadata = makePlatformMetadata(namespaceScope, `${namespaceScope.platform}-${suffix}`);
    addCustomObject(this, suffix, 'HTTPRoute', metadata, {
      parentRefs: [
        makeListenerRef({ name: namespaceScope.platform, namespace: namespaceScope.namespace }, plainListener),
      ],
      hostnames: hosts.map((subdomain) => `${subdomain}.${domain}`),
      rules: [
        {
          matches: [everyPath],
          filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
        },
      ],
    });
  }
}

/** The most that the API server takes of an HTTPRoute. */
const mostHostnames = 16;

/** It lets routes of its own namespace in: the redirect, and those of cert-manager's solvers. */
const redirectListener = {
  name: plainListener,
  port: 80,
  protocol: 'HTTP',
  allowedRoutes: { namespaces: { from: 'Same' } },
};

function makeHostListener(subdomain: string, { namespaceScope, domain, routeNamespace }: PublicGatewayProps): object {
  const matchLabels = { 'kubernetes.io/metadata.name': routeNamespace };
  return {
    name: nameHostListener(subdomain),
    port: httpsPort,
    protocol: 'HTTPS',
    hostname: `${subdomain}.${domain}`,
    tls: {
      mode: 'Terminate',
      certificateRefs: [{ group: '', kind: 'Secret', name: nameCertificateSecret(namespaceScope.platform, subdomain) }],
    },
    allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels } } },
  };
}
