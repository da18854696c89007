import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import { covers } from './ingress-hosts';
import { gatewayGroup } from './route-parents';

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
