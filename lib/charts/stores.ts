import { Construct } from 'constructs';
import type { ConfigBundle } from '../constructs/config/config-bundle';
import { SecretBundle } from '../constructs/config/secret-bundle';
import { DatabaseCluster } from '../constructs/database-cluster/database-cluster';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import type { QuotaUsage } from '../constructs/kubernetes/quota-usage';
import { ipBlocks, tcp, workload } from '../constructs/network/well-known-peers';
import { Backup } from '../constructs/postgres/backup/backup';
import { backupPasswordKey, backupSecretKeys, backupSecretName } from '../constructs/postgres/backup/backup-job';
import { Postgres } from '../constructs/postgres/postgres';
import { postgresMetricsPort } from '../constructs/postgres/postgres-containers';
import { backupMetricsPort, backupWorkloads } from '../platform/backup-names';
import type { LoginRoles } from '../platform/database-roles';
import { clusterRoles } from '../platform/postgres-cluster';
import type { Cache, ManagedCache } from '../platform/settings/cache';
import type { Database, EphemeralDatabase, InClusterDatabase, ManagedDatabase } from '../platform/settings/database';
import { postgresConf } from '../platform/settings/postgres-parameters';
import { cacheStore } from './cache-store';
import type { Store } from './store';

/** Properties of `Stores`. */
export interface StoresProps {
  readonly namespaceScope: NamespaceScope;
  readonly database: Database;
  readonly cache: Cache;
  readonly config: ConfigBundle;
  readonly secrets: SecretBundle;
  /** Roles that log in to the database. */
  readonly databaseRoles: LoginRoles;
  readonly priorityClassName: string;
}

/** Key of the database server's configuration among the settings of the platform. */
export const postgresConfKey = 'postgres.conf';

/** Configuration files of the stores, which the platform's ConfigMap also contains. */
export function storeFiles(database: Database): Record<string, string> {
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
    const { database, cache } = props;
    this.database = this.addDatabase(database, props);
    this.cache = cache.kind === 'managed' ? managedStore('managed cache', cache) : cacheStore(this, cache, props);
    this.quotaUsages = [...this.database.quotaUsages, ...this.cache.quotaUsages];
  }

  private addDatabase(database: Database, props: StoresProps): Store {
    if (database.kind === 'managed') return managedStore('managed database', database);
    if (database.kind === 'ephemeral') return this.addEphemeral(database, props);
    return this.addPostgres(database, props);
  }

  private addEphemeral(database: EphemeralDatabase, props: StoresProps): Store {
    const { namespaceScope, config, secrets, databaseRoles: roles, priorityClassName } = props;
    const [{ passwordKey: key }] = roles;
    const passwords = { roles, passwordSecret: secrets.name, backupPassword: { secretName: secrets.name, key } };
    const postgresConf = { configMapName: config.name, key: postgresConfKey };
    return inClusterStore(
      new Postgres(this, 'postgres', { namespaceScope, database, ...passwords, postgresConf, priorityClassName }),
    );
  }

  private addPostgres(database: InClusterDatabase, props: StoresProps): Store {
    const { namespaceScope, config, secrets, databaseRoles: roles, priorityClassName } = props;
    const backupSecrets = new SecretBundle(this, 'backup-secrets', {
      namespaceScope,
      name: backupSecretName(namespaceScope.platform),
      keys: backupSecretKeys(database.backup),
      source: database.backup.secrets,
    });
    const passwords = {
      roles,
      passwordSecret: secrets.name,
      backupPassword: { secretName: backupSecrets.name, key: backupSecrets.reference(backupPasswordKey).key },
    };
    const shared = { namespaceScope, priorityClassName, ...passwords };
    const postgresConf = { configMapName: config.name, key: postgresConfKey };
    const store =
      database.kind === 'single'
        ? inClusterStore(new Postgres(this, 'postgres', { ...shared, database, postgresConf }))
        : clusterStore(
            new DatabaseCluster(this, 'postgres', {
              ...shared,
              database,
              secrets: backupSecrets,
            }),
          );
    const backup = new Backup(this, 'backup', {
      namespaceScope,
      database,
      roles,
      secrets: backupSecrets,
      priorityClassName,
    });
    return withBackup(store, backup, database);
  }
}

function inClusterStore({ identity, ports, quotaUsage }: Postgres): Store {
  const peer = workload(identity.name);
  return {
    endpoint: { peer, ports: [tcp(ports.postgresql)] },
    workloads: [{ peer, metricsPort: ports.metrics }],
    jobs: [],
    connections: [],
    quotaUsages: [quotaUsage],
  };
}

/** The servers of a Cluster, and the pod that reconciles their roles and exports the metrics of the primary. */
function clusterStore({ identity, ports, quotaUsages }: DatabaseCluster): Store {
  const peer = workload(identity.name);
  return {
    endpoint: { peer, ports: [tcp(ports.postgresql)] },
    workloads: [
      { peer, metricsPort: ports.metrics },
      { peer: workload(clusterRoles), metricsPort: postgresMetricsPort },
    ],
    jobs: [],
    connections: [],
    quotaUsages,
  };
}

/** Adds the pods of the backup: the Job that logs in, the Job that copies offsite, and the store with its metrics. */
function withBackup(store: Store, { quotaUsages }: Backup, { backup }: InClusterDatabase): Store {
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

function managedStore(name: string, { cidr, port }: ManagedDatabase | ManagedCache): Store {
  const endpoint = { peer: ipBlocks(name, [cidr]), ports: [tcp(port)] };
  return { endpoint, workloads: [], jobs: [], connections: [], quotaUsages: [] };
}
