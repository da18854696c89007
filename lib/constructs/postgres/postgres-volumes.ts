import type { k8s } from 'cdk8s-plus-27';
import type { LoginRole } from '../../platform/database-roles';
import { postgresCertificates, postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import type { OnePodDatabase } from '../../platform/settings/database';
import { dataVolume } from '../../platform/workload-names';
import { nameConfig, type WorkloadIdentity } from '../kubernetes/metadata';
import { toCanonicalQuantity } from '../kubernetes/resources';
import { credentialFile, parametersFile } from './postgres-configuration';

const { config, parameters, volume, sockets, tls, credentials, backupCredentials, roles: state } = postgresPaths;

/** The volumes of the pod, as its containers mount them. */
export const postgresMounts = {
  data: { name: dataVolume, mountPath: volume },
  config: { name: 'config', mountPath: config, readOnly: true },
  users: { name: 'config', mountPath: '/etc/passwd', subPath: postgresFiles.users, readOnly: true },
  parameters: { name: 'parameters', mountPath: parameters, readOnly: true },
  sockets: { name: 'sockets', mountPath: sockets },
  /** Clients can connect through the socket, but cannot replace it. */
  socketsReadOnly: { name: 'sockets', mountPath: sockets, readOnly: true },
  sharedMemory: { name: 'shared-memory', mountPath: '/dev/shm' },
  tls: { name: 'tls', mountPath: tls },
  tlsReadOnly: { name: 'tls', mountPath: tls, readOnly: true },
  credentials: { name: 'credentials', mountPath: credentials, readOnly: true },
  backupCredentials: { name: 'backup-credentials', mountPath: backupCredentials, readOnly: true },
  roles: { name: 'roles', mountPath: state },
} as const satisfies Record<string, k8s.VolumeMount>;

/** A key of a Secret. */
export interface SecretKey {
  /** Name of the Secret, such as `veza-secrets`. */
  readonly secretName: string;
  /** Key in the Secret, such as `DB_PASSWORD`. */
  readonly key: string;
}

/** A key of a ConfigMap with a configuration file. */
export interface ConfigFileKey {
  /** Name of the ConfigMap, such as `veza-config`. */
  readonly configMapName: string;
  /** Key in the ConfigMap, such as `postgresql.conf`. */
  readonly key: string;
}

/** What the pod reads that others make. */
export interface PostgresInputs {
  /** The file that `postgresConf` writes for this database. */
  readonly postgresConf: ConfigFileKey;
  /** Roles that log in. */
  readonly roles: readonly LoginRole[];
  /** Name of the Secret with their passwords. A change of it reaches the server within two minutes. */
  readonly passwordSecret: string;
  /** Password of the backup's role. An ephemeral database has no backups, and that role cannot log in: any password will do. */
  readonly backupPassword: SecretKey;
}

/** The volumes of the pod, without the claimed one. */
export function makePostgresVolumes(
  { postgresConf, roles, passwordSecret, backupPassword }: PostgresInputs,
  database: OnePodDatabase,
  identity: WorkloadIdentity,
): k8s.Volume[] {
  const { configMapName, key } = postgresConf;
  return [
    { name: 'config', configMap: { name: nameConfig(identity) } },
    { name: 'parameters', configMap: { name: configMapName, items: [{ key, path: parametersFile }] } },
    makeRolePasswordsVolume(roles, passwordSecret),
    makeCredentialVolume('backup-credentials', backupPassword),
    { name: 'sockets', emptyDir: { sizeLimit: toCanonicalQuantity('1Mi') } },
    { name: 'roles', emptyDir: { sizeLimit: toCanonicalQuantity('1Mi') } },
    makeCertificateVolume(database),
    // Shared by workers of parallel queries; a container runtime's 64 MiB are too small for eight of them.
    { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: toCanonicalQuantity('256Mi') } },
  ];
}

/** Key and certificate: of the Secret that cert-manager makes, or of the pod's own, which an init container writes. */
function makeCertificateVolume(database: OnePodDatabase): k8s.Volume {
  const { name } = postgresMounts.tls;
  if (!hasSignedCertificate(database)) {
    return { name, emptyDir: { medium: 'Memory', sizeLimit: toCanonicalQuantity('1Mi') } };
  }
  const items = [
    { key: 'tls.crt', path: 'server.crt' },
    { key: 'tls.key', path: 'server.key' },
  ];
  // The server takes a key of root's that its group can read, and no other.
  return { name, secret: { secretName: postgresCertificates.server, defaultMode: 0o440, items } };
}

/** Whether cert-manager makes the certificate of a server, so that clients can verify it. */
export function hasSignedCertificate(database: OnePodDatabase): boolean {
  return database.kind === 'single' && database.certificate.kind === 'cert-manager';
}

/**
 * A volume with the password of each role that logs in, in a file of the role's name. It is optional: a key that is missing
 * stops one service, where a required one would keep the whole server from starting.
 */
export function makeRolePasswordsVolume(roles: readonly LoginRole[], secretName: string): k8s.Volume {
  const items = roles.map(({ role, passwordKey }) => ({ key: passwordKey, path: role }));
  return { name: 'credentials', secret: { secretName, defaultMode: 0o440, items, optional: true } };
}

/** A volume with one password, in a file whose name scanners do not take for the password itself. */
export function makeCredentialVolume(name: string, { secretName, key }: SecretKey): k8s.Volume {
  return { name, secret: { secretName, defaultMode: 0o440, items: [{ key, path: credentialFile }] } };
}
