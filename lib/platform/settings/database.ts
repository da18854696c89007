import * as z from 'zod';
import { postgresCertificates } from '../postgres-pod';
import type { DatabaseFacts } from '../service-settings';
import { type ClusterDatabase, clusterDatabase } from './database-cluster';
import {
  checkBackupVolume,
  checkMemory,
  type DatabaseLogin,
  type DatabaseProcess,
  type DatabaseServer,
  loginFields,
  processFields,
  serverFields,
} from './database-server';
import { cidr, count, endpointHost, objectKey, objectName, port, renamedKinds } from './formats';

export { type DatabaseLogin, reservedRoles, serverRoles } from './database-server';

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
export type Database = InClusterDatabase | EphemeralDatabase | ManagedDatabase;

/** A database that runs in the cluster, which the platform backs up and monitors itself. */
export type InClusterDatabase = SingleDatabase | ClusterDatabase;

/** A database that runs in the cluster, in one pod. */
export interface SingleDatabase extends DatabaseServer {
  readonly kind: 'single';
  /** How services know that it is the server, and not one that stands between them. */
  readonly certificate: OwnCertificate;
}

/** How clients verify the certificate of a single server. */
export type OwnCertificate = UnverifiedCertificate | SignedCertificate;

/**
 * Clients accept only a certificate that an authority of the namespace signed, which cert-manager makes there. The server takes
 * over a renewed one without a restart.
 */
export interface SignedCertificate {
  readonly kind: 'cert-manager';
}

/**
 * A database in one pod without a volume or backups: its data is lost with the pod. It may fill the ephemeral storage of its
 * limits. Only for environments that are made again from nothing.
 */
export interface EphemeralDatabase extends DatabaseProcess {
  readonly kind: 'ephemeral';
}

/** A database in one pod, with or without a volume. */
export type OnePodDatabase = SingleDatabase | EphemeralDatabase;

/** A database that is run and backed up outside the cluster, by a provider. */
export interface ManagedDatabase extends DatabaseLogin {
  readonly kind: 'managed';
  /** Host name or address that services connect to, such as `db.example.com`: DB_HOST. */
  readonly host: string;
  /** TCP port, such as 5432: DB_PORT. */
  readonly port: number;
  /** Addresses of the host in CIDR notation, for the network policies, such as `10.2.0.0/24`. */
  readonly cidr: string;
  /** Connections that the server takes for this environment, such as 100. */
  readonly maxConnections: number;
  /**
   * How services log in, such as `one`: all as `user`, or each as a role of its own (`per-service`), which you create. Roles
   * belong to a server and not to a database: of the environments on one server, only one can have them.
   */
  readonly roles: 'per-service' | 'one';
  /** How services know that it is the server, and not one that stands between them. */
  readonly certificate: ServerCertificate;
}

/** How clients verify the certificate of a managed server. */
export type ServerCertificate = UnverifiedCertificate | VerifiedCertificate;

/** Clients encrypt the connection, and do not verify the server. The pod of a single server makes a new certificate at each start. */
export interface UnverifiedCertificate {
  readonly kind: 'unverified';
}

/** Clients accept only a certificate for the server's host, signed by an authority of this file. */
export interface VerifiedCertificate {
  readonly kind: 'verified';
  /** Name of a ConfigMap with the provider's authorities, which you create, such as `database-authority`. */
  readonly configMap: string;
  /** Its key, such as `ca.crt`. */
  readonly key: string;
}

const unverifiedCertificate = z.strictObject({ kind: z.literal('unverified') });

const singleDatabase = z
  .strictObject({
    kind: z.literal('single'),
    ...serverFields,
    certificate: z.discriminatedUnion('kind', [
      unverifiedCertificate,
      z.strictObject({ kind: z.literal('cert-manager') }),
    ]),
  })
  .superRefine(checkMemory)
  .superRefine(checkBackupVolume);

const ephemeralDatabase = z.strictObject({ kind: z.literal('ephemeral'), ...processFields }).superRefine(checkMemory);

/** @internal */
export const onePodDatabase = z.discriminatedUnion('kind', [singleDatabase, ephemeralDatabase]);

const managedDatabase = z.strictObject({
  kind: z.literal('managed'),
  ...loginFields,
  host: endpointHost,
  port,
  cidr,
  maxConnections: count,
  roles: z.enum(['per-service', 'one']),
  certificate: z.discriminatedUnion('kind', [
    unverifiedCertificate,
    z.strictObject({ kind: z.literal('verified'), configMap: objectName, key: objectKey }),
  ]),
});

/** @internal */
export const databaseSchema = z.discriminatedUnion(
  'kind',
  [singleDatabase, clusterDatabase, ephemeralDatabase, managedDatabase],
  {
    error: renamedKinds({ 'in-cluster': 'single' }),
  },
);

/** How services reach their database. */
export interface DatabaseEndpoint extends DatabaseFacts {
  /** libpq's word for: encrypted or not at all, or also from a server whose certificate is verified. */
  readonly sslMode: 'require' | 'verify-full';
  /** Where the authorities are that the server's certificate is verified with, if it is. */
  readonly authority: AuthorityFile | undefined;
  /** Connections that the server takes, three for a superuser among them. */
  readonly maxConnections: number;
}

/** Volume of the pods that verify the server: the authorities' certificates. */
export const authorityVolumeName = 'database-authority';

/** A key of an object in the namespace with the certificates of authorities. */
export interface AuthorityFile {
  /** Whether a Secret or a ConfigMap holds it. */
  readonly kind: 'ConfigMap' | 'Secret';
  /** Name of the object. */
  readonly name: string;
  /** Its key, such as `ca.crt`. */
  readonly key: string;
}

/** Where the authorities of a database are, if one signs its certificate. */
function findAuthority(database: Database): AuthorityFile | undefined {
  if (database.kind === 'ephemeral') return undefined;
  const certificate = database.kind === 'cluster' ? ({ kind: 'cert-manager' } as const) : database.certificate;
  if (certificate.kind === 'cert-manager') {
    return { kind: 'Secret', name: postgresCertificates.authority, key: 'ca.crt' };
  }
  return certificate.kind === 'verified'
    ? { kind: 'ConfigMap', name: certificate.configMap, key: certificate.key }
    : undefined;
}

/** How services reach a database. */
export function resolveDatabaseEndpoint(database: Database): DatabaseEndpoint {
  const { name, user } = database;
  const server =
    database.kind === 'managed'
      ? { host: database.host, port: database.port, maxConnections: database.maxConnections }
      : { host: postgresHost, port: postgresPort, maxConnections: database.parameters.max_connections };
  const authority = findAuthority(database);
  return { ...server, name, user, sslMode: authority === undefined ? 'require' : 'verify-full', authority };
}
