import * as z from 'zod';
import { type ClusterDatabase, clusterDatabase } from './database-cluster';
import { type DatabaseLogin, loginFields } from './database-login';
import { checkBackupVolume, checkMemory, type DatabaseServer, serverFields } from './database-server';
import { cidr, endpointHost, port, renamedKinds } from './formats';

export { type DatabaseLogin, serverRoles } from './database-login';

/** Name of the Service in front of a database in the cluster. */
export const postgresHost = 'postgres-service';

/** Port of PostgreSQL, of its pods as of its Service. */
export const postgresPort = 5432;

/**
 * Minimum length of a database password, in bytes. The backup's role can read the verifiers of the others' passwords, so
 * these have to be too long to guess. The script reconcile.sh of the server's pod refuses shorter ones too.
 */
export const minimumPasswordLength = 16;

/** The database of an environment: a PostgreSQL in the cluster, or a managed one. */
export type Database = InClusterDatabase | ManagedDatabase;

/** A database that runs in the cluster, which the platform backs up and monitors itself. */
export type InClusterDatabase = SingleDatabase | ClusterDatabase;

/** A database that runs in the cluster, in one pod. */
export interface SingleDatabase extends DatabaseServer {
  /** The literal `single`. */
  readonly kind: 'single';
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

/** @internal */
export const singleDatabase = z
  .strictObject({ kind: z.literal('single'), ...serverFields })
  .superRefine(checkMemory)
  .superRefine(checkBackupVolume);

const managedDatabase = z.strictObject({
  kind: z.literal('managed'),
  ...loginFields,
  host: endpointHost,
  port,
  cidr,
  maxConnections: z.int('use a whole number').min(1, 'use 1 or more'),
});

/** @internal */
export const databaseSchema = z.discriminatedUnion('kind', [singleDatabase, clusterDatabase, managedDatabase], {
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
