import type { BackupSettings } from '../../../platform/settings/backup';
import { readScripts } from '../../stateful/script-files';

/** Key of the password of the role that backs up and restores. */
export const backupPasswordKey = 'BACKUP_PASSWORD';

/** Keys of the bucket's credentials, which differ from those of the services. */
export const bucketKeys = { id: 'BACKUP_ACCESS_KEY_ID', secret: 'BACKUP_SECRET_ACCESS_KEY' } as const;

/** Name of the Secret of the backup. */
export function nameBackupSecret(platform: string): string {
  return `${platform}-backup-secrets`;
}

/** Lists the keys that the Secret of the backup must contain. */
export function listBackupSecretKeys({ offsite }: Pick<BackupSettings, 'offsite'>): string[] {
  return [backupPasswordKey, ...(offsite.kind === 'bucket' ? Object.values(bucketKeys) : [])];
}

/**
 * UIDs of the pods. The Jobs that make and copy backups share one, so that a fetched backup has the same owner as one that
 * was made; the pod that only reads belongs to the same group.
 */
export const backupUids = { backup: 10005, store: 10006 } as const;

/** Name of the program among the files. */
export const programFile = 'backup.sh';

/** Name of the pod's /etc/passwd among the files: initdb needs a name for its UID. */
export const usersFile = 'users';

/** Parts of the program, which sources them, and what it has psql run. */
const parts = [
  ...['steps.sh', 'read.sh', 'missing.sh', 'archive.sh', 'verification-server.sh', 'record.sh', 'publish.sh'],
  ...['retention.sh', 'create.sh', 'restore.sh', 'metrics.sh'],
  ...['tables.sql', 'omitted.sql', 'roles.sql', 'create-database.sql', 'swap.sql'],
];

/** Every file of the ConfigMap: name -> content. The server's pod restores roles with the same SQL. */
export function writeBackupConfiguration(): Record<string, string> {
  return {
    ...readScripts('constructs/postgres/backup/scripts', [programFile, ...parts]),
    ...readScripts('constructs/postgres/scripts', ['make-roles.sql', 'apply-roles.sql']),
    [usersFile]: `backup:x:${backupUids.backup}:${backupUids.backup}::/:/usr/sbin/nologin\n`,
  };
}
