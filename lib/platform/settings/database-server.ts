import * as z from 'zod';
import { type BackupSettings, backupSchema } from './backup';
import { type DatabaseLogin, loginFields } from './database-login';
import { leastMemory, type PostgresParameters, postgresParameters } from './postgres-parameters';
import { toBinaryQuantity, tryParseQuantity } from './quantity';
import { type ContainerResources, containerResources } from './resources';
import { type Storage, storageSchema } from './storage';

/** What every PostgreSQL has that runs in the cluster. */
export interface DatabaseProcess extends DatabaseLogin {
  /** Resources of the server's container; its helpers have their own. */
  readonly resources: ContainerResources;
  /** Settings of the server. */
  readonly parameters: PostgresParameters;
}

/** What every PostgreSQL has that keeps its data. */
export interface DatabaseServer extends DatabaseProcess {
  /**
   * Whether the owner may log in, too, such as `denied`: allowed while pods run that log in as it, which all services did
   * before they had roles, and denied from the deploy after.
   */
  readonly ownerLogin: 'allowed' | 'denied';
  /** Its volume. */
  readonly storage: Storage;
  /** How it is backed up. */
  readonly backup: BackupSettings;
}

/** @internal */
export const processFields = { ...loginFields, resources: containerResources, parameters: postgresParameters };

/** @internal */
export const serverFields = {
  ...processFields,
  ownerLogin: z.enum(['allowed', 'denied'], 'use allowed or denied'),
  storage: storageSchema,
  backup: backupSchema,
};

/**
 * Reports a server that has less memory than it takes.
 * @internal
 */
export function checkMemory({ resources, parameters }: DatabaseProcess, context: z.RefinementCtx): void {
  const needed = leastMemory(parameters);
  const memory = tryParseQuantity(resources.limits.memory);
  if (memory === undefined || Number.isNaN(needed) || memory >= needed) return;
  context.addIssue({
    code: 'custom',
    path: ['resources', 'limits', 'memory'],
    input: resources.limits.memory,
    message: `is below the ${toBinaryQuantity(needed)} of shared_buffers and max_connections times work_mem; raise it or lower those`,
  });
}

/**
 * Reports a volume of backups that cannot hold a restored copy.
 * @internal
 */
export function checkBackupVolume({ storage, backup }: DatabaseServer, context: z.RefinementCtx): void {
  const [data, copies] = [tryParseQuantity(storage.size), tryParseQuantity(backup.storage.size)];
  if (data === undefined || copies === undefined || copies >= data) return;
  context.addIssue({
    code: 'custom',
    path: ['backup', 'storage', 'size'],
    input: backup.storage.size,
    message: `is below the ${storage.size} of the database, of which it holds a restored copy in addition to the backups; raise it`,
  });
}
