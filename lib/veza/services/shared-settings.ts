/** Settings that all three services of the platform read: who they are, and how to reach the stores. */
export const sharedSettings = [
  'ENV',
  'LOG_LEVEL',
  'DB_HOST',
  'DB_PORT',
  'DB_NAME',
  'DB_USER',
  'DB_SSL_MODE',
  'REDIS_HOST',
  'REDIS_PORT',
  'REDIS_DB',
  'PROMETHEUS_ENABLED',
] as const;

/** Secrets that all three services read. */
export const coreSecrets = ['DB_PASSWORD', 'JWT_SECRET_KEY'] as const;

/** Settings of the object storage, for the services that keep audio files there. */
export const storageSettings = ['STORAGE_TYPE', 'AWS_REGION', 'S3_BUCKET'] as const;

/** Keys of the object storage. */
export const storageSecrets = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
