import type { k8s } from 'cdk8s-plus-27';
import { type AuthorityFile, authorityVolumeName } from '../../platform/settings/database';

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
export function serverVerification(authority: AuthorityFile | undefined): ServerVerification {
  if (authority === undefined) {
    return { env: [{ name: 'PGSSLMODE', value: 'require' }], volumes: [], volumeMounts: [], query: 'sslmode=require' };
  }
  return {
    env: [{ name: 'PGSSLMODE', value: 'verify-full' }, rootCertificate],
    volumes: [authorityVolume(authority)],
    volumeMounts: [authorityMount],
    query: `sslmode=verify-full&sslrootcert=${folder}/${file}`,
  };
}

/** Variable with the path of the authorities' file. */
export const rootCertificate: k8s.EnvVar = { name: 'PGSSLROOTCERT', value: `${folder}/${file}` };

/** Where a container finds the authorities. */
export const authorityMount: k8s.VolumeMount = { name: authorityVolumeName, mountPath: folder, readOnly: true };

/** The volume of the authorities' certificates. */
export function authorityVolume({ kind, name, key }: AuthorityFile): k8s.Volume {
  const items = [{ key, path: file }];
  return kind === 'Secret'
    ? { name: authorityMount.name, secret: { secretName: name, defaultMode: 0o444, items } }
    : { name: authorityMount.name, configMap: { name, items } };
}
