import { type KubeObject, ownedBy } from '../objects';
import { formatTime } from '../store';
import { withCondition } from './conditions';
import type { Controller, World } from './controller';

interface Ingress extends KubeObject {
  readonly spec: { readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName: string }[] };
}

interface Certificate extends KubeObject {
  readonly spec: { readonly secretName: string };
  readonly status?: object;
}

const issuerAnnotation = 'cert-manager.io/cluster-issuer';
const day = 24 * 60 * 60 * 1000;

/** Each Ingress has an address and, where it names an issuer, certificates that were just issued for 90 days. */
export const certificates: Controller = ({ store }) => {
  for (const ingress of store.all<Ingress>('Ingress')) {
    store.update({ ...ingress, status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } });
    const issuer = ingress.metadata.annotations?.[issuerAnnotation];
    if (issuer === undefined || !store.one('ClusterIssuer', issuer)) continue;
    for (const tls of ingress.spec.tls ?? []) request(store, ingress, tls.secretName, tls.hosts, issuer);
  }
  for (const certificate of store.all<Certificate>('Certificate').filter(({ status }) => !status))
    issue(store, certificate);
};

function request(
  store: World['store'],
  ingress: Ingress,
  secretName: string,
  dnsNames: readonly string[],
  issuer: string,
): void {
  const { namespace } = ingress.metadata;
  if (store.one('Certificate', secretName, namespace)) return;
  store.create({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: secretName, namespace, ownerReferences: [ownedBy(ingress)] },
    spec: { secretName, dnsNames, issuerRef: { name: issuer, kind: 'ClusterIssuer', group: 'cert-manager.io' } },
  });
}

function issue(store: World['store'], certificate: Certificate): void {
  const { namespace } = certificate.metadata;
  const time = (days: number) => formatTime(store.milliseconds + days * day);
  const ready = withCondition(
    store,
    certificate.status,
    'Ready',
    'True',
    'Ready',
    'Certificate is up to date and has not expired',
  );
  store.update({
    ...certificate,
    status: { conditions: [ready], notBefore: store.time, notAfter: time(90), renewalTime: time(60), revision: 1 },
  });
  const { secretName } = certificate.spec;
  if (store.one('Secret', secretName, namespace)) return;
  const data = { 'tls.crt': '', 'tls.key': '', 'ca.crt': '' };
  const metadata = { name: secretName, namespace };
  store.create({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data });
}
