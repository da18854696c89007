import * as z from 'zod';
import { reportProblem } from '../errors';
import { type BackupSettings, backupSchema } from './backup';
import { computeLeastMemory, type PostgresParameters, postgresParameters } from './postgres-parameters';
import { toBinaryQuantity, tryParseQuantity } from './quantity';
import { type ContainerResources, containerResources, type Storage, storageSchema } from './resources';

/** Roles of the server itself: its superuser, its exporter's, the one that backs up and restores, and the one that migrates. */
export const serverRoles = {
  superuser: 'postgres',
  exporter: 'postgres_exporter',
  backup: 'postgres_backup',
  migration: 'postgres_migration',
} as const;

/** Roles that a person cannot name: those of the server, and words that PostgreSQL reads as something else. */
export const reservedRoles: readonly string[] = [...Object.values(serverRoles), 'streaming_replica', 'public', 'none'];
const reservedDatabases: readonly string[] = ['postgres', 'template0', 'template1'];

/** How the services log in to their database, wherever it runs. */
export interface DatabaseLogin {
  /** Name of the database, such as `veza_db`: DB_NAME. */
  readonly name: string;
  /** Role that owns it and what no service owns, such as `veza_user`. Services log in as roles of their own. */
  readonly user: string;
}

const identifier = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and underscores, no digit first, at most 63');

/** @internal */
export const loginFields = {
  name: identifier.refine((name) => !reservedDatabases.includes(name), {
    error: "is one of PostgreSQL's own databases; use another name",
  }),
  user: identifier.refine((name) => !reservedRoles.includes(name) && !name.startsWith('pg_'), {
    error: "is one of PostgreSQL's own roles; use another name",
  }),
};

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
  ownerLogin: z.enum(['allowed', 'denied']),
  storage: storageSchema,
  backup: backupSchema,
};

/**
 * Reports a server that has less memory than it takes.
 * @internal
 */
export function checkMemory({ resources, parameters }: DatabaseProcess, context: z.RefinementCtx): void {
  const needed = computeLeastMemory(parameters);
  const memory = tryParseQuantity(resources.limits.memory);
  if (memory === undefined || Number.isNaN(needed) || memory >= needed) return;
  reportProblem(
    context,
    ['resources', 'limits', 'memory'],
    `is below the ${toBinaryQuantity(needed)} of shared_buffers and max_connections times work_mem; raise it or lower those`,
  );
}

/**
 * Reports a volume of backups that cannot hold a restored copy.
 * @internal
 */
export function checkBackupVolume({ storage, backup }: DatabaseServer, context: z.RefinementCtx): void {
  const [data, copies] = [tryParseQuantity(storage.size), tryParseQuantity(backup.storage.size)];
  if (data === undefined || copies === undefined || copies >= data) return;
  reportProblem(
    context,
    ['backup', 'storage', 'size'],
    `is below the ${storage.size} of the database, of which it holds a restored copy in addition to the backups; raise it`,
  );
}
