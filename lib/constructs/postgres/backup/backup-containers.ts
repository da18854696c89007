import type { k8s } from 'cdk8s-plus-27';
import {
  backupClaim,
  backupConfigName,
  backupFolders,
  backupPaths,
  makeTemporaryNames,
  offsitePrefix,
} from '../../../platform/backup-names';
import type { LoginRole } from '../../../platform/database-roles';
import type { BackupSettings } from '../../../platform/settings/backup';
import {
  type InClusterDatabase,
  postgresHost,
  postgresPort,
  resolveDatabaseEndpoint,
  serverRoles,
} from '../../../platform/settings/database';
import type { ContainerResources } from '../../../platform/settings/resources';
import { pulledOnce, secureContainer } from '../../kubernetes/pod-defaults';
import { makeSmallResources, toCanonicalQuantity, toRequirements } from '../../kubernetes/resources';
import { credentialFile } from '../postgres-configuration';
import { joinRoleNames, postgresImage, postgresProgramPath } from '../postgres-containers';
import { makeServerVerification } from '../server-certificate';
import { backupUids, bucketKeys, programFile, usersFile } from './backup-configuration';

/** A bucket that backups are copied to. */
export type Bucket = Extract<BackupSettings['offsite'], { kind: 'bucket' }>;

/**
 * Resources of the container that backs up. It runs a dump, and then a server with default buffers that restores it. Large
 * files are on the volume; the node's disk only has logs and a socket.
 */
export const backupResources: ContainerResources = {
  requests: { cpu: '100m', memory: '768Mi', ephemeralStorage: '128Mi' },
  limits: { cpu: '1', memory: '768Mi', ephemeralStorage: '256Mi' },
};

/** Resources of the container that copies: four files at a time, each in parts of a few MiB. */
export const copyResources = makeSmallResources('200m', '256Mi', '128Mi');

/**
 * Settings of every session: only the server's own functions are found by name, times have one format, and the session of a
 * lost pod ends soon.
 */
const sessionSettings = [
  'search_path=pg_catalog',
  'client_min_messages=warning',
  'statement_timeout=0',
  'idle_in_transaction_session_timeout=0',
  'lock_timeout=600s',
  'tcp_keepalives_idle=60',
  'tcp_keepalives_interval=10',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=90s',
  'timezone=UTC',
];

/** Volumes that the jobs' containers mount. */
export const backupVolumes = {
  backups: { name: 'backups', persistentVolumeClaim: { claimName: backupClaim } },
  config: { name: 'config', configMap: { name: backupConfigName } },
  work: { name: 'work', emptyDir: { sizeLimit: toCanonicalQuantity('64Mi') } },
} as const satisfies Record<string, k8s.Volume>;

/** The container that makes a backup and restores it once. With other arguments it lists, checks or restores backups. */
export function makeBackupContainer(database: InClusterDatabase, roles: readonly LoginRole[]): k8s.Container {
  const { name, user, backup } = database;
  const verification = makeServerVerification(resolveDatabaseEndpoint(database).authority);
  const { restoring, before } = makeTemporaryNames(name);
  return {
    name: 'backup',
    image: postgresImage,
    ...pulledOnce,
    command: ['bash', `${backupPaths.config}/${programFile}`],
    args: ['create'],
    env: [
      postgresProgramPath,
      { name: 'PGHOST', value: postgresHost },
      { name: 'PGPORT', value: String(postgresPort) },
      { name: 'PGUSER', value: serverRoles.backup },
      ...verification.env,
      // Only a server that knows the verifier of the password, and whose certificate this is, gets an answer.
      { name: 'PGCHANNELBINDING', value: 'require' },
      { name: 'PGCONNECT_TIMEOUT', value: '10' },
      { name: 'PGOPTIONS', value: sessionSettings.map((setting) => `-c ${setting}`).join(' ') },
      { name: 'DB_NAME', value: name },
      { name: 'DB_USER', value: user },
      { name: 'DB_ROLES', value: joinRoleNames(roles) },
      { name: 'RESTORING', value: restoring },
      { name: 'PREVIOUS', value: before },
      { name: 'BACKUPS', value: backupPaths.backups },
      { name: 'KEEP_DAYS', value: String(backup.keepDays) },
      // Longer than most backups take: one that a person starts waits for the scheduled one.
      { name: 'LOCK_SECONDS', value: '3600' },
      { name: 'WORK_DIRECTORY', value: backupPaths.work },
      { name: 'CREDENTIAL_FILE', value: `${backupPaths.credentials}/${credentialFile}` },
    ],
    securityContext: secureContainer(backupUids.backup),
    resources: toRequirements(backupResources),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'backups', mountPath: backupPaths.backups },
      { name: 'config', mountPath: backupPaths.config, readOnly: true },
      { name: 'config', mountPath: '/etc/passwd', subPath: usersFile, readOnly: true },
      { name: 'credentials', mountPath: backupPaths.credentials, readOnly: true },
      { name: 'work', mountPath: backupPaths.work },
      ...verification.volumeMounts,
    ],
  };
}

/**
 * The container that copies all backups to a bucket, unverified ones too: they may be the only ones. Existing copies are never
 * changed: a backup that was changed on the volume is an error. Copies are kept when the volume's backup is removed.
 */
export function makeCopyContainer(bucket: Bucket, namespace: string, secretName: string): k8s.Container {
  const secret = (key: string) => ({ secretKeyRef: { name: secretName, key } });
  const offsite = (name: string) => `RCLONE_CONFIG_OFFSITE_${name}`;
  return {
    name: 'copy',
    image: bucket.image,
    ...pulledOnce,
    args: ['copy', '--immutable', backupFolders.complete, `${offsitePrefix}${bucket.bucket}/${namespace}`],
    env: [
      // There is no such file: rclone is configured by these variables.
      { name: 'RCLONE_CONFIG', value: `${backupPaths.work}/none` },
      { name: offsite('TYPE'), value: 's3' },
      { name: offsite('PROVIDER'), value: 'Other' },
      { name: offsite('ENDPOINT'), value: `https://${bucket.endpoint}` },
      { name: offsite('REGION'), value: bucket.region },
      // Without it rclone tries to make the bucket, which keys for one bucket cannot.
      { name: offsite('NO_CHECK_BUCKET'), value: 'true' },
      { name: offsite('ACCESS_KEY_ID'), valueFrom: secret(bucketKeys.id) },
      { name: offsite('SECRET_ACCESS_KEY'), valueFrom: secret(bucketKeys.secret) },
    ],
    securityContext: secureContainer(backupUids.backup),
    resources: toRequirements(copyResources),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'backups', mountPath: backupPaths.backups, readOnly: true },
      { name: 'work', mountPath: backupPaths.work },
    ],
  };
}
