import { PublicGateway } from '../../../lib/constructs/gateway/public-gateway';
import { ServiceRoute, type ServiceRouteProps } from '../../../lib/constructs/gateway/service-route';
import { gatewayOfKind } from '../../support/edges';
import { namespaceScope } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

const gateway = gatewayOfKind('portable');
const props: ServiceRouteProps = {
  identity: { ...namespaceScope, name: 'shop-www', component: 'web' },
  exposure: {
    subdomain: 'www',
    servicePort: 'http',
    maxBodySize: '1500Ki',
    idleTimeout: 90,
    connectTimeout: 5,
    buffering: false,
    limits: 'none',
    smoke: [],
  },
  host: 'shop-www-service',
  port: 80,
  domain: 'shop.test',
  gateway,
  parent: { name: 'shop', namespace: 'shop-test-edge' },
};

test('a route leads from the listener of the host to the Service', () => {
  expect(yamlOf((scope) => new ServiceRoute(scope, 'route', props))).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  labels:
    app: shop-www
    app.kubernetes.io/component: web
    app.kubernetes.io/instance: shop-www
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-www
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-www
  namespace: shop-test
spec:
  hostnames:
    - www.shop.test
  parentRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: shop
      namespace: shop-test-edge
      sectionName: https-www
  rules:
    - backendRefs:
        - group: ""
          kind: Service
          name: shop-www-service
          port: 80
          weight: 1
      filters:
        - responseHeaderModifier:
            set:
              - name: X-Content-Type-Options
                value: nosniff
              - name: Referrer-Policy
                value: strict-origin-when-cross-origin
              - name: Strict-Transport-Security
                value: max-age=31536000
          type: ResponseHeaderModifier
      matches:
        - path:
            type: PathPrefix
            value: /
      timeouts:
        request: 0s
"
`);
});

test('there is no HSTS for a certificate that browsers do not trust', () => {
  const headers = (publicCertificates: 'trusted' | 'untrusted') => {
    const untrusted = { ...props, gateway: { ...gateway, publicCertificates } };
    return JSON.stringify(synthesized((scope) => new ServiceRoute(scope, 'route', untrusted)));
  };
  expect(headers('trusted')).toContain('Strict-Transport-Security');
  expect(headers('untrusted')).not.toContain('Strict-Transport-Security');
});

test('routes for NGINX Gateway Fabric have no timeouts, which it ignores', () => {
  const [route] = synthesized(
    (scope) => new ServiceRoute(scope, 'route', { ...props, gateway: gatewayOfKind('nginx-gateway-fabric') }),
  );
  expect(JSON.stringify(route)).not.toContain('timeouts');
});

test('every problem of its properties is named', () => {
  const wrong = { ...props, host: 'A', gateway: { ...gateway, className: 'B' } };
  expect(() => synthesized((scope) => new ServiceRoute(scope, 'route', wrong))).toThrow(/host.*\n.*className/);
});

test('a Gateway has a listener and a certificate for each host, and redirects', () => {
  const gatewayScope = { ...namespaceScope, namespace: 'shop-test-edge' };
  const hosts = { subdomains: ['www', 'api'], domain: 'shop.test', routeNamespace: 'shop-test' };
  expect(
    yamlOf((scope) => new PublicGateway(scope, 'gateway', { namespaceScope: gatewayScope, ...hosts, gateway })),
  ).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop
  namespace: shop-test-edge
spec:
  gatewayClassName: public
  listeners:
    - allowedRoutes:
        namespaces:
          from: Same
      name: http
      port: 80
      protocol: HTTP
    - allowedRoutes:
        namespaces:
          from: Selector
          selector:
            matchLabels:
              kubernetes.io/metadata.name: shop-test
      hostname: www.shop.test
      name: https-www
      port: 443
      protocol: HTTPS
      tls:
        certificateRefs:
          - group: ""
            kind: Secret
            name: shop-www-tls
        mode: Terminate
    - allowedRoutes:
        namespaces:
          from: Selector
          selector:
            matchLabels:
              kubernetes.io/metadata.name: shop-test
      hostname: api.shop.test
      name: https-api
      port: 443
      protocol: HTTPS
      tls:
        certificateRefs:
          - group: ""
            kind: Secret
            name: shop-api-tls
        mode: Terminate
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-www
  namespace: shop-test-edge
spec:
  dnsNames:
    - www.shop.test
  issuerRef:
    group: cert-manager.io
    kind: ClusterIssuer
    name: letsencrypt-gateway
  privateKey:
    algorithm: ECDSA
    rotationPolicy: Always
    size: 256
  secretName: shop-www-tls
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-api
  namespace: shop-test-edge
spec:
  dnsNames:
    - api.shop.test
  issuerRef:
    group: cert-manager.io
    kind: ClusterIssuer
    name: letsencrypt-gateway
  privateKey:
    algorithm: ECDSA
    rotationPolicy: Always
    size: 256
  secretName: shop-api-tls
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-redirect
  namespace: shop-test-edge
spec:
  hostnames:
    - www.shop.test
    - api.shop.test
  parentRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: shop
      namespace: shop-test-edge
      sectionName: http
  rules:
    - filters:
        - requestRedirect:
            scheme: https
            statusCode: 301
          type: RequestRedirect
      matches:
        - path:
            type: PathPrefix
            value: /
"
`);
});

test('no subdomain makes the name of a listener twice, whichever it is', () => {
  const subdomains = ['http', 'https', 'https-http', 'www'];
  const hosts = { subdomains, domain: 'shop.test', routeNamespace: 'shop-test' };
  const objects = synthesized((scope) => new PublicGateway(scope, 'gateway', { namespaceScope, ...hosts, gateway }));
  const { listeners } = objects[0]?.spec as unknown as { readonly listeners: readonly { readonly name: string }[] };
  const names = listeners.map(({ name }) => name);
  expect(names).toHaveLength(5);
  expect(new Set(names).size).toBe(5);
});
