import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { postgresCertificates } from '../../platform/postgres-pod';
import { type AuthorityFile, authorityVolumeName } from '../../platform/settings/database';
import { addCustomObject } from '../kubernetes/custom-object';
import { makeMetadata, type WorkloadIdentity } from '../kubernetes/metadata';

const hours = (days: number) => `${days * 24}h0m0s`;

/** Hours as the API server of cert-manager would write them. The authority outlives what it signs by far. */
const lifetimes = {
  authority: { duration: hours(3650), renewBefore: hours(1095) },
  // Half a year is left when a renewal begins: one that fails is noticed long before services are cut off.
  server: { duration: hours(365), renewBefore: hours(180) },
} as const;

const privateKey = { algorithm: 'ECDSA', size: 256 } as const;

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
      addCustomObject(this, `${name}-${kind}`, kind, makeMetadata(identity, name), spec);

    const selfSigned = add('Issuer', `${authority}-issuer`, { selfSigned: {} });
    const root = add('Certificate', authority, {
      secretName: authority,
      commonName: `${authority}.${namespace}`,
      isCA: true,
      ...lifetimes.authority,
      // A renewed authority keeps its key, so that certificates from before stay valid, and clients that read it once too.
      privateKey: { ...privateKey, rotationPolicy: 'Never' },
      usages: ['cert sign', 'crl sign'],
      issuerRef: makeIssuerRef(selfSigned.name),
    });
    const signing = add('Issuer', authority, { ca: { secretName: authority } });
    const certificate = add('Certificate', server, {
      secretName: server,
      ...(secretLabels === undefined ? {} : { secretTemplate: { labels: secretLabels } }),
      dnsNames: services.flatMap((service) => [service, `${service}.${namespace}`, `${service}.${namespace}.svc`]),
      ...lifetimes.server,
      privateKey: { ...privateKey, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      issuerRef: makeIssuerRef(signing.name),
    });
    root.addDependency(selfSigned);
    signing.addDependency(root);
    certificate.addDependency(signing);
  }
}

function makeIssuerRef(name: string): { readonly name: string; readonly kind: 'Issuer'; readonly group: string } {
  return { name, kind: 'Issuer', group: 'cert-manager.io' };
}

const folder = '/etc/database-authority';
const file = 'ca.crt';

/** What a pod needs to verify the server of its database. */
export interface ServerVerification {
  /** Its sslmode, and the file of the authorities: libpq and the drivers that follow it read its path from PGSSLROOTCERT. */
  readonly env: readonly k8s.EnvVar[];
  readonly volumes: readonly k8s.Volume[];
  readonly volumeMounts: readonly k8s.VolumeMount[];
  /** Parameters of a connection's URL, for programs that do not read libpq's variables. */
  readonly query: string;
}

/**
 * Verifies the server by the certificates of an authority alone, even of a Secret that holds the authority's key too. Without
 * an authority connections are encrypted, and the server is not verified.
 */
export function makeServerVerification(authority: AuthorityFile | undefined): ServerVerification {
  if (authority === undefined) {
    return { env: [{ name: 'PGSSLMODE', value: 'require' }], volumes: [], volumeMounts: [], query: 'sslmode=require' };
  }
  return {
    env: [{ name: 'PGSSLMODE', value: 'verify-full' }, rootCertificate],
    volumes: [makeAuthorityVolume(authority)],
    volumeMounts: [authorityMount],
    query: `sslmode=verify-full&sslrootcert=${folder}/${file}`,
  };
}

/** Variable with the path of the authorities' file. */
export const rootCertificate: k8s.EnvVar = { name: 'PGSSLROOTCERT', value: `${folder}/${file}` };

/** Where a container finds the authorities. */
export const authorityMount: k8s.VolumeMount = { name: authorityVolumeName, mountPath: folder, readOnly: true };

/** The volume of the authorities' certificates. */
export function makeAuthorityVolume({ kind, name, key }: AuthorityFile): k8s.Volume {
  const items = [{ key, path: file }];
  return kind === 'Secret'
    ? { name: authorityMount.name, secret: { secretName: name, defaultMode: 0o444, items } }
    : { name: authorityMount.name, configMap: { name, items } };
}
