import type { BackupSettings } from './backup-settings';

/** Key of the password of the role that backs up and restores. */
export const backupPasswordKey = 'BACKUP_PASSWORD';

/** Keys of the bucket's credentials, which are not the services'. */
export const bucketKeys = { id: 'BACKUP_ACCESS_KEY_ID', secret: 'BACKUP_SECRET_ACCESS_KEY' } as const;

/** Name of the Secret of the backup. */
export function backupSecretName(platform: string): string {
  return `${platform}-backup-secrets`;
}

/** Every key that the Secret of the backup has to hold. */
export function backupSecretKeys({ offsite }: Pick<BackupSettings, 'offsite'>): string[] {
  return [backupPasswordKey, ...(offsite.kind === 'bucket' ? Object.values(bucketKeys) : [])];
}
