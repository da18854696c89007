import { Construct } from 'constructs';
import type { ConfigBundle } from '../constructs/config/config-bundle';
import { SecretBundle } from '../constructs/config/secret-bundle';
import { DatabaseCluster } from '../constructs/database-cluster/database-cluster';
import type { WorkloadProps } from '../constructs/kubernetes/metadata';
import type { QuotaUsage } from '../constructs/kubernetes/resources';
import type { Endpoint, JobConnections, StoreWorkload } from '../constructs/network/connection-graph';
import { ipBlocks, tcp, workload } from '../constructs/network/well-known-peers';
import { Backup } from '../constructs/postgres/backup/backup';
import {
  backupPasswordKey,
  listBackupSecretKeys,
  nameBackupSecret,
} from '../constructs/postgres/backup/backup-configuration';
import { Postgres } from '../constructs/postgres/postgres';
import { postgresMetricsPort } from '../constructs/postgres/postgres-containers';
import { proxyMetricsPort } from '../constructs/redis/proxy-configuration';
import { Redis } from '../constructs/redis/redis';
import { ReplicatedRedis } from '../constructs/redis/replicated-redis';
import { backupMetricsPort, backupWorkloads } from '../platform/backup-names';
import type { Connection, Peer } from '../platform/connection';
import type { LoginRoles } from '../platform/database-roles';
import { clusterRoles } from '../platform/postgres-cluster';
import { type Cache, cachePasswordKey, nameCacheSecret, type ReplicatedCache } from '../platform/settings/cache';
import type { Database, EphemeralDatabase, InClusterDatabase } from '../platform/settings/database';
import { postgresConf } from '../platform/settings/postgres-parameters';

export interface StoresProps extends WorkloadProps {
  readonly database: Database;
  readonly cache: Cache;
  readonly config: ConfigBundle;
  readonly secrets: SecretBundle;
  /** Roles that log in to the database. */
  readonly databaseRoles: LoginRoles;
}

/** A store as the rest of the environment sees it. */
interface Store {
  readonly endpoint: Endpoint;
  /** Its pods, if it runs in the cluster. */
  readonly workloads: readonly StoreWorkload[];
  readonly jobs: readonly JobConnections[];
  /** Connections of its pods among themselves. */
  readonly connections: readonly Connection[];
  readonly quotaUsages: readonly QuotaUsage[];
}

/** Key of the database server's configuration among the settings of the platform. */
const postgresConfKey = 'postgres.conf';

/** Configuration files of the stores, which the platform's ConfigMap also contains. */
export function writeStoreFiles(database: Database): Record<string, string> {
  return database.kind === 'single' || database.kind === 'ephemeral'
    ? { [postgresConfKey]: postgresConf(database.parameters) }
    : {};
}

/** The stores of an environment, in-cluster or managed, and their endpoints. */
export class Stores extends Construct {
  readonly database: Store;
  readonly cache: Store;
  /** Usage of the namespace's quota by the in-cluster stores. */
  readonly quotaUsages: readonly QuotaUsage[];

  constructor(scope: Construct, id: string, props: StoresProps) {
    super(scope, id);
    this.database = this.addDatabase(props);
    this.cache = this.addCache(props);
    this.quotaUsages = [...this.database.quotaUsages, ...this.cache.quotaUsages];
  }

  private addDatabase(props: StoresProps): Store {
    const { database } = props;
    switch (database.kind) {
      case 'managed':
        return makeStore(ipBlocks('managed database', [database.cidr]), database.port);
      case 'ephemeral':
        return this.addEphemeral(database, props);
      default:
        return this.addPostgres(database, props);
    }
  }

  private addEphemeral(database: EphemeralDatabase, props: StoresProps): Store {
    const { namespaceScope, config, secrets, databaseRoles: roles, priorityClassName } = props;
    const [{ passwordKey: key }] = roles;
    const passwords = { roles, passwordSecret: secrets.name, backupPassword: { secretName: secrets.name, key } };
    const postgresConf = { configMapName: config.name, key: postgresConfKey };
    return makePostgresStore(
      new Postgres(this, 'postgres', { namespaceScope, database, ...passwords, postgresConf, priorityClassName }),
    );
  }

  private addPostgres(database: InClusterDatabase, props: StoresProps): Store {
    const { namespaceScope, config, databaseRoles: roles, priorityClassName } = props;
    const secrets = new SecretBundle(this, 'backup-secrets', {
      namespaceScope,
      name: nameBackupSecret(namespaceScope.platform),
      keys: listBackupSecretKeys(database.backup),
      source: database.backup.secrets,
    });
    const shared = {
      namespaceScope,
      priorityClassName,
      roles,
      passwordSecret: props.secrets.name,
      backupPassword: { secretName: secrets.name, key: secrets.reference(backupPasswordKey).key },
    };
    const postgresConf = { configMapName: config.name, key: postgresConfKey };
    const store =
      database.kind === 'single'
        ? makePostgresStore(new Postgres(this, 'postgres', { ...shared, database, postgresConf }))
        : makeClusterStore(new DatabaseCluster(this, 'postgres', { ...shared, database, secrets }));
    const backup = new Backup(this, 'backup', { namespaceScope, database, roles, secrets, priorityClassName });
    return addBackup(store, backup, database);
  }

  private addCache(props: StoresProps): Store {
    const { namespaceScope, cache, priorityClassName } = props;
    if (cache.kind === 'managed') return makeStore(ipBlocks('managed cache', [cache.cidr]), cache.port);
    if (cache.kind === 'replicated') return this.addReplicatedCache(cache, props);
    const { identity, ports, quotaUsage } = new Redis(this, 'redis', { namespaceScope, cache, priorityClassName });
    const peer = workload(identity.name);
    return makeStore(peer, ports.redis, {
      workloads: [{ peer, metricsPort: ports.metrics }],
      quotaUsages: [quotaUsage],
    });
  }

  private addReplicatedCache(cache: ReplicatedCache, { namespaceScope, priorityClassName }: StoresProps): Store {
    const secrets = new SecretBundle(this, 'cache-secrets', {
      namespaceScope,
      name: nameCacheSecret(namespaceScope.platform),
      keys: [cachePasswordKey],
      source: cache.secrets,
    });
    const password = { secretName: secrets.name, key: secrets.reference(cachePasswordKey).key };
    const redis = new ReplicatedRedis(this, 'redis', { namespaceScope, cache, password, priorityClassName });
    const { identity, proxy, ports, quotaUsages } = redis;
    const [servers, proxies] = [workload(identity.name), workload(proxy.name)];
    return makeStore(proxies, ports.redis, {
      workloads: [
        { peer: servers, metricsPort: ports.metrics },
        { peer: proxies, metricsPort: proxyMetricsPort },
      ],
      connections: [servers, proxies].map((from) => ({
        from,
        to: servers,
        ports: [tcp(ports.redis), tcp(ports.sentinel)],
      })),
      quotaUsages,
    });
  }
}

/** A store that is called on one port. A managed one is no more than that. */
function makeStore(peer: Peer, port: number, inCluster: Partial<Store> = {}): Store {
  const endpoint = { peer, ports: [tcp(port)] };
  return { endpoint, workloads: [], jobs: [], connections: [], quotaUsages: [], ...inCluster };
}

function makePostgresStore({ identity, ports, quotaUsage }: Postgres): Store {
  const peer = workload(identity.name);
  return makeStore(peer, ports.postgresql, {
    workloads: [{ peer, metricsPort: ports.metrics }],
    quotaUsages: [quotaUsage],
  });
}

/** The servers of a Cluster, and the pod that reconciles their roles and exports the metrics of the primary. */
function makeClusterStore({ identity, ports, quotaUsages }: DatabaseCluster): Store {
  const peer = workload(identity.name);
  return makeStore(peer, ports.postgresql, {
    workloads: [
      { peer, metricsPort: ports.metrics },
      { peer: workload(clusterRoles), metricsPort: postgresMetricsPort },
    ],
    quotaUsages,
  });
}

/** Adds the pods of the backup: the Job that logs in, the Job that copies offsite, and the store with its metrics. */
function addBackup(store: Store, { quotaUsages }: Backup, { backup }: InClusterDatabase): Store {
  return {
    ...store,
    workloads: [...store.workloads, { peer: workload(backupWorkloads.store), metricsPort: backupMetricsPort }],
    jobs: [
      { name: backupWorkloads.backup, calls: ['database'] },
      ...(backup.offsite.kind === 'bucket' ? [{ name: backupWorkloads.copy, calls: ['https'] }] : []),
    ],
    quotaUsages: [...store.quotaUsages, ...quotaUsages],
  };
}
