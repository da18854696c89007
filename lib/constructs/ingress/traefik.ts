import type { Construct } from 'constructs';
import type { Exposure } from '../../platform/service-contract';
import { type IngressSettings, selectCountableLimits } from '../../platform/settings/edge';
import { parseQuantity } from '../../platform/settings/quantity';
import { addCustomObject } from '../kubernetes/custom-object';
import { makeMetadata } from '../kubernetes/metadata';
import { type Controller, prefixNames, type Route } from './controller';

/**
 * Traefik 3. It reads Ingresses, but what it does with a request are objects of its own, to which annotations refer.
 * Its entry points have the names of its Helm chart: `web` and `websecure`.
 */
export const traefik: Controller = {
  configure(scope, route) {
    const own = new TraefikObjects(scope, route);
    const middlewares = Object.entries(makeMiddlewareSpecs(route)).map(([suffix, spec]) =>
      own.add('Middleware', suffix, spec),
    );
    own.addRedirect();
    const transport = own.add('ServersTransport', 'transport', makeTransportSpec(route.exposure));
    return {
      ingress: prefixNames('traefik.ingress.kubernetes.io', {
        'router.entrypoints': 'websecure',
        'router.tls': 'true',
        'router.middlewares': middlewares.join(','),
      }),
      service: prefixNames('traefik.ingress.kubernetes.io', { 'service.serverstransport': transport }),
    };
  },
  gaps: ({ buffering, maxBodySize, idleTimeout, subdomain }, { clientAddress }) => [
    ...(buffering
      ? []
      : [`traefik limits the size of a body only if it collects it: nothing enforces ${maxBodySize} on ${subdomain}`]),
    `traefik cuts requests by respondingTimeouts.readTimeout of its entry point, 60 s if not stated; state ${idleTimeout} s ` +
      `or more for ${subdomain}`,
    ...(clientAddress === 'forwarded'
      ? ['traefik reads forwarded addresses only with forwardedHeaders.trustedIPs of its entry point']
      : []),
    ...(clientAddress === 'proxy-protocol'
      ? ['traefik reads the PROXY protocol only with proxyProtocol.trustedIPs of its entry point']
      : []),
  ],
};

/** Traefik's own objects for a host. */
class TraefikObjects {
  constructor(
    private readonly scope: Construct,
    private readonly route: Route,
  ) {}

  /** Adds an object and returns the name by which an annotation refers to it. */
  add(kind: 'Middleware' | 'ServersTransport' | 'IngressRoute', suffix: string, spec: object): string {
    const { identity, name } = this.route;
    const metadata = makeMetadata(identity, `${name}-${suffix}`);
    addCustomObject(this.scope, suffix, kind, metadata, spec);
    return `${identity.namespace}-${name}-${suffix}@kubernetescrd`;
  }

  /**
   * Redirects to HTTPS. A route of its own and no setting of the entry point: that would redirect the challenges of
   * certificates too. Their longer rule has precedence over this one.
   */
  addRedirect(): void {
    const { name, host } = this.route;
    this.add('Middleware', 'redirect', { redirectScheme: { scheme: 'https', permanent: true } });
    this.add('IngressRoute', 'redirect-route', {
      entryPoints: ['web'],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${host}\`)`,
          middlewares: [{ name: `${name}-redirect` }],
          services: [{ kind: 'TraefikService', name: 'noop@internal' }],
        },
      ],
    });
  }
}

/** What Traefik does with a request, in this order: what is refused costs nothing more. */
function makeMiddlewareSpecs({ exposure, ingress }: Route): Record<string, object> {
  const bytes = parseQuantity(exposure.maxBodySize);
  return {
    ...makeLimitSpecs(selectCountableLimits(exposure, ingress), ingress),
    headers: {
      headers: {
        contentTypeNosniff: true,
        referrerPolicy: 'strict-origin-when-cross-origin',
        // A browser that has seen it does not let a user past a certificate for tests.
        ...(ingress.publicCertificates === 'trusted' ? { stsSeconds: 31_536_000 } : {}),
      },
    },
    ...(exposure.buffering ? { body: { buffering: { maxRequestBodyBytes: bytes } } } : {}),
  };
}

function makeLimitSpecs(limits: Exposure['limits'], { clientAddress }: IngressSettings): Record<string, object> {
  if (limits === 'none') return {};
  // Without it, inFlightReq counts by host: all clients together.
  const sourceCriterion = { ipStrategy: { depth: clientAddress === 'forwarded' ? 1 : 0 } };
  const { requestsPerSecond, burst, concurrent } = limits;
  return {
    rate: { rateLimit: { average: requestsPerSecond, period: '1s', burst, sourceCriterion } },
    concurrency: { inFlightReq: { amount: concurrent, sourceCriterion } },
  };
}

/** A response that has begun may pause for as long as it likes: Traefik has no limit for that. */
function makeTransportSpec({ connectTimeout, idleTimeout }: Exposure): object {
  return { forwardingTimeouts: { dialTimeout: `${connectTimeout}s`, responseHeaderTimeout: `${idleTimeout}s` } };
}
