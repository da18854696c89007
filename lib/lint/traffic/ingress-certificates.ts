import type { Rule } from '../rule';
import { covers } from './ingress-hosts';

/** An Ingress that states certificates has one for each of its hosts. */
export const ingressCertificates: Rule = {
  name: 'ingress-certificates',
  class: 'policy',
  documentation: {
    finds: 'A host of an Ingress that none of its certificates is for, although it has some.',
    why: "The host is served with the controller's default certificate, or without encryption.",
    fix: 'Add the host to spec.tls.',
    example: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ExternalName, externalName: web.example.org }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { cert-manager.io/cluster-issuer: letsencrypt } }
spec:
  tls: [{ hosts: [www.example.org], secretName: web-tls }]
  rules:
    - host: www.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
    - host: shop.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`,
  },
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      const certificates = ingress.at('spec').items('tls');
      const secured = certificates.flatMap((tls) => tls.items('hosts'));
      // A certificate without hosts is for every host.
      if (secured.length === 0 || certificates.some((tls) => tls.items('hosts').length === 0)) continue;
      for (const at of ingress
        .at('spec')
        .items('rules')
        .map((rule) => rule.at('host'))) {
        if (!at.exists || secured.some((host) => covers(host.value, at.value))) continue;
        yield {
          at,
          message: `no certificate is for the host "${at.value}" (there is ${secured.map(({ value }) => value).join(', ')})`,
          remedy: 'add the host to spec.tls',
        };
      }
    }
  },
};
