import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { postgresCertificates } from '../../platform/postgres-pod';
import { type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';

const apiVersion = 'cert-manager.io/v1';
const hours = (days: number) => `${days * 24}h0m0s`;

/** Hours as the API server of cert-manager would write them. The authority outlives what it signs by far. */
const lifetimes = {
  authority: { duration: hours(3650), renewBefore: hours(1095) },
  // Half a year is left when a renewal begins: one that fails is noticed long before services are cut off.
  server: { duration: hours(365), renewBefore: hours(180) },
} as const;

const privateKey = { algorithm: 'ECDSA', size: 256 } as const;

/** Properties of a `ServerCertificate`. */
export interface ServerCertificateProps {
  /** The servers that it is for. */
  readonly identity: WorkloadIdentity;
  /** Services by whose names clients reach them, such as `postgres-service`. */
  readonly services: readonly string[];
  /** Labels of the Secret with the certificate. @default - none */
  readonly secretLabels?: Readonly<Record<string, string>>;
}

/**
 * The certificate of the database's servers, and the authority that signs it, both made by cert-manager in the namespace. No
 * other namespace trusts the authority. Servers get their own key and the authority's certificate, never its key. The names
 * are the same for every kind of database, so that a move changes nothing for those who verify.
 */
export class ServerCertificate extends Construct {
  constructor(scope: Construct, id: string, { identity, services, secretLabels }: ServerCertificateProps) {
    super(scope, id);
    const { namespace } = identity;
    const { authority, server } = postgresCertificates;
    const add = (kind: 'Issuer' | 'Certificate', name: string, spec: object) =>
      new ApiObject(this, `${name}-${kind}`, { apiVersion, kind, metadata: workloadMetadata(identity, name), spec });

    const selfSigned = add('Issuer', `${authority}-issuer`, { selfSigned: {} });
    const root = add('Certificate', authority, {
      secretName: authority,
      commonName: `${authority}.${namespace}`,
      isCA: true,
      ...lifetimes.authority,
      // A renewed authority keeps its key, so that certificates from before stay valid, and clients that read it once too.
      privateKey: { ...privateKey, rotationPolicy: 'Never' },
      usages: ['cert sign', 'crl sign'],
      issuerRef: issuer(selfSigned.name),
    });
    const signing = add('Issuer', authority, { ca: { secretName: authority } });
    const certificate = add('Certificate', server, {
      secretName: server,
      ...(secretLabels === undefined ? {} : { secretTemplate: { labels: secretLabels } }),
      dnsNames: services.flatMap((service) => [service, `${service}.${namespace}`, `${service}.${namespace}.svc`]),
      ...lifetimes.server,
      privateKey: { ...privateKey, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      issuerRef: issuer(signing.name),
    });
    root.addDependency(selfSigned);
    signing.addDependency(root);
    certificate.addDependency(signing);
  }
}

function issuer(name: string): { readonly name: string; readonly kind: 'Issuer'; readonly group: string } {
  return { name, kind: 'Issuer', group: 'cert-manager.io' };
}
