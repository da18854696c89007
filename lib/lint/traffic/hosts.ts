import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { exampleService, type Rule, type Violation } from '../rule';
import { gatewayGroup } from './route-parents';

/** Annotations by which a controller serves hosts that no rule has. */
const aliases = /server-alias|from-to-www-redirect/;

export const ingressHosts: Rule = {
  name: 'ingress-hosts',
  class: 'broken',
  finds: 'A host of an Ingress certificate that no rule has.',
  why: 'The certificate is for another host than the one that is served.',
  fix: 'Use the hosts of the rules in spec.tls.',
  example: `${exampleService}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  tls: [{ hosts: [shop.example.org], secretName: web-tls }]
  rules:
    - host: www.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Secret
metadata: { name: web-tls, namespace: shop }
stringData: { tls.crt: "", tls.key: "" }
`,
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      const spec = ingress.at('spec');
      const hosts = spec.items('rules').map((rule) => rule.at('host'));
      const secured = spec.items('tls').flatMap((tls) => tls.items('hosts'));
      const hasAliases = Object.keys(ingress.annotations).some((key) => aliases.test(key));
      const catchesAll = hasAliases || spec.has('defaultBackend') || hosts.some((host) => !host.exists);
      for (const at of catchesAll ? [] : secured) {
        if (hosts.some((host) => covers(at.value, host.value) || covers(host.value, at.value))) continue;
        yield {
          at,
          message: `no rule has the host "${at.value}" (there is ${hosts.map(({ value }) => value).join(', ') || 'none'})`,
          remedy: 'name a host of the rules',
        };
      }
    }
  },
};

/** Whether a host is that of a pattern: the same, or with one label for its wildcard. */
export function covers(pattern: unknown, host: unknown): boolean {
  if (pattern === host) return true;
  if (typeof pattern !== 'string' || typeof host !== 'string' || !pattern.startsWith('*.')) return false;
  return host.slice(host.indexOf('.')) === pattern.slice(1);
}

export const ingressCertificates: Rule = {
  name: 'ingress-certificates',
  class: 'policy',
  finds: 'A host of an Ingress that none of its certificates is for, although it has some.',
  why: "The host is served with the controller's default certificate, or without encryption.",
  fix: 'Add the host to spec.tls.',
  example: `${exampleService}
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
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      const certificates = ingress.items('spec', 'tls');
      const secured = certificates.flatMap((tls) => tls.items('hosts'));
      // A certificate without hosts is for every host.
      if (secured.length === 0 || certificates.some((tls) => tls.items('hosts').length === 0)) continue;
      for (const at of ingress.items('spec', 'rules').map((rule) => rule.at('host'))) {
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

export const listenerCertificates: Rule = {
  name: 'listener-certificates',
  class: 'broken',
  finds: 'A host of a Gateway whose Certificate is for other hosts.',
  why: 'Clients refuse the connection.',
  fix: 'Add the host to the dnsNames of the Certificate, or name the Secret of another.',
  example: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: nginx
  listeners:
    - name: www
      port: 443
      protocol: HTTPS
      hostname: www.example.org
      tls: { certificateRefs: [{ name: web-tls }] }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web, namespace: shop }
spec: { secretName: web-tls, dnsNames: [example.org], issuerRef: { kind: ClusterIssuer, name: letsencrypt } }
`,
  *check(set) {
    for (const gateway of set.ofType(`Gateway.${gatewayGroup}`)) {
      for (const listener of gateway.items('spec', 'listeners')) yield* checkListener(set, gateway, listener);
    }
  },
};

function* checkListener(set: ManifestSet, gateway: Manifest, listener: Cursor): Generator<Violation> {
  const host = listener.at('hostname');
  const names = listener
    .items('tls', 'certificateRefs')
    .map((ref) => dnsNames(set, ref.text('namespace') ?? gateway.namespace, ref.text('name') ?? ''));
  // Of a Secret that no Certificate makes, it is not known what it is for.
  const known = names.flatMap((each) => each ?? []);
  if (!host.exists || names.length === 0 || names.includes(undefined)) return;
  if (known.some((name) => covers(name, host.value))) return;
  yield {
    at: host,
    message: `no certificate is for the host "${host.value}" (there is ${formatList(known)})`,
    remedy: 'add the host to the dnsNames of the Certificate',
  };
}

/** The hosts that the certificate in a Secret is for; undefined if no Certificate of the set makes it. */
function dnsNames(set: ManifestSet, namespace: string, secret: string): readonly string[] | undefined {
  return set
    .inNamespace('Certificate.cert-manager.io', namespace)
    .find((certificate) => certificate.text('spec', 'secretName') === secret)
    ?.texts('spec', 'dnsNames');
}
