import { ServiceIngress, type ServiceIngressProps } from '../../../lib/constructs/ingress/service-ingress';
import { namespaceScope, shopIngress } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

const props: ServiceIngressProps = {
  identity: { ...namespaceScope, name: 'shop-catalog', component: 'api' },
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
  host: 'shop-catalog-service',
  port: 8000,
  domain: 'shop.test',
  ingress: { ...shopIngress, className: 'public', controller: 'ingress-nginx' },
};

test('an exposed service has an Ingress with a certificate for its host', () => {
  expect(yamlOf((scope) => new ServiceIngress(scope, 'edge', props))).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    cert-manager.io/cluster-issuer: issuer
    nginx.ingress.kubernetes.io/proxy-body-size: 2m
    nginx.ingress.kubernetes.io/proxy-buffering: "off"
    nginx.ingress.kubernetes.io/proxy-connect-timeout: "5"
    nginx.ingress.kubernetes.io/proxy-read-timeout: "90"
    nginx.ingress.kubernetes.io/proxy-send-timeout: "90"
    nginx.ingress.kubernetes.io/ssl-redirect: "true"
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-www-ingress
  namespace: shop-test
spec:
  ingressClassName: public
  rules:
    - host: www.shop.test
      http:
        paths:
          - backend:
              service:
                name: shop-catalog-service
                port:
                  number: 8000
            path: /
            pathType: Prefix
  tls:
    - hosts:
        - www.shop.test
      secretName: shop-www-tls
"
`);
});

test('a controller that is configured elsewhere gets no annotations', () => {
  const ingress = { ...props.ingress, controller: 'plain' } as const;
  const [object] = synthesized((scope) => new ServiceIngress(scope, 'edge', { ...props, ingress }));
  expect(object?.metadata.annotations).toStrictEqual({ 'cert-manager.io/cluster-issuer': 'issuer' });
});
