import * as z from 'zod';
import { type BackupSettings, backupSchema } from './backup';
import { cidr, endpointHost, port, renamedKinds } from './formats';
import { leastMemory, type PostgresParameters, postgresParameters } from './postgres-parameters';
import { toBinaryQuantity, tryParseQuantity } from './quantity';
import { type ContainerResources, containerResources } from './resources';
import { type Storage, storageSchema } from './storage';

/** Name of the Service in front of a database in the cluster. */
export const postgresHost = 'postgres-service';

/** Port of PostgreSQL, of its pods as of its Service. */
export const postgresPort = 5432;

/** Roles of the server itself: its superuser, its exporter's, and the one that backs up and restores. */
export const serverRoles = {
  superuser: 'postgres',
  exporter: 'postgres_exporter',
  backup: 'postgres_backup',
} as const;

/**
 * Minimum length of a database password, in bytes. The backup's role can read the verifiers of the others' passwords, so
 * these have to be too long to guess. The script reconcile.sh of the server's pod refuses shorter ones too.
 */
export const minimumPasswordLength = 16;

const reservedRoles: readonly string[] = [...Object.values(serverRoles), 'public', 'none'];
const reservedDatabases: readonly string[] = ['postgres', 'template0', 'template1'];

/** The database of an environment: a PostgreSQL in the cluster, or a managed one. */
export type Database = InClusterDatabase | ManagedDatabase;

/** A database that runs in the cluster, which the platform backs up and monitors itself. */
export type InClusterDatabase = SingleDatabase;

/** How the services log in to their database, wherever it runs. */
export interface DatabaseLogin {
  /** Name of the database, such as `veza_db`: DB_NAME. */
  readonly name: string;
  /** Role that owns it and that all services log in as, such as `veza_user`: DB_USER. */
  readonly user: string;
}

/** A database that runs in the cluster, in one pod. */
export interface SingleDatabase extends DatabaseLogin {
  /** The literal `single`. */
  readonly kind: 'single';
  /** Resources of the server's container; its helpers have their own. */
  readonly resources: ContainerResources;
  /** Its volume. */
  readonly storage: Storage;
  /** Settings of the server. */
  readonly parameters: PostgresParameters;
  /** How it is backed up. */
  readonly backup: BackupSettings;
}

/** A database that is run and backed up outside the cluster, by a provider. */
export interface ManagedDatabase extends DatabaseLogin {
  /** The literal `managed`. */
  readonly kind: 'managed';
  /** Host name or address that services connect to, such as `db.example.com`: DB_HOST. */
  readonly host: string;
  /** TCP port, such as 5432: DB_PORT. */
  readonly port: number;
  /** Addresses of the host in CIDR notation, for the network policies, such as `10.2.0.0/24`. */
  readonly cidr: string;
  /** Connections that the server takes for this environment, such as 100. */
  readonly maxConnections: number;
}

const identifier = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and underscores, no digit first, at most 63');

const common = {
  name: identifier.refine((name) => !reservedDatabases.includes(name), {
    error: "is one of PostgreSQL's own databases; use another name",
  }),
  user: identifier.refine((name) => !reservedRoles.includes(name) && !name.startsWith('pg_'), {
    error: "is one of PostgreSQL's own roles; use another name",
  }),
};

/** @internal */
export const singleDatabase = z
  .strictObject({
    kind: z.literal('single'),
    ...common,
    resources: containerResources,
    storage: storageSchema,
    parameters: postgresParameters,
    backup: backupSchema,
  })
  .superRefine(({ resources, parameters }, context) => {
    const needed = leastMemory(parameters);
    const memory = tryParseQuantity(resources.limits.memory);
    if (memory === undefined || Number.isNaN(needed) || memory >= needed) return;
    context.addIssue({
      code: 'custom',
      path: ['resources', 'limits', 'memory'],
      input: resources.limits.memory,
      message: `is below the ${toBinaryQuantity(needed)} of shared_buffers and max_connections times work_mem; raise it or lower those`,
    });
  })
  .superRefine(({ storage, backup }, context) => {
    const [data, copies] = [tryParseQuantity(storage.size), tryParseQuantity(backup.storage.size)];
    if (data === undefined || copies === undefined || copies >= data) return;
    context.addIssue({
      code: 'custom',
      path: ['backup', 'storage', 'size'],
      input: backup.storage.size,
      message: `is below the ${storage.size} of the database, of which it holds a restored copy in addition to the backups; raise it`,
    });
  });

const managedDatabase = z.strictObject({
  kind: z.literal('managed'),
  ...common,
  host: endpointHost,
  port,
  cidr,
  maxConnections: z.int('use a whole number').min(1, 'use 1 or more'),
});

/** @internal */
export const databaseSchema = z.discriminatedUnion('kind', [singleDatabase, managedDatabase], {
  error: renamedKinds({ 'in-cluster': 'single' }),
});

/** How services reach their database. */
export interface DatabaseEndpoint {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  /** libpq's word for: encrypted or not at all. */
  readonly sslMode: 'require';
  /** Connections that the server takes, three for a superuser among them. */
  readonly maxConnections: number;
}

/** How services reach a database. */
export function databaseEndpoint(database: Database): DatabaseEndpoint {
  const { name, user } = database;
  const server =
    database.kind === 'managed'
      ? { host: database.host, port: database.port, maxConnections: database.maxConnections }
      : { host: postgresHost, port: postgresPort, maxConnections: database.parameters.max_connections };
  return { ...server, name, user, sslMode: 'require' };
}
