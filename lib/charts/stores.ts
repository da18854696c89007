import { Construct } from 'constructs';
import { Backup } from '../backup/backup';
import { backupPasswordKey, backupSecretKeys, backupSecretName } from '../backup/backup-secrets';
import { backupMetricsPort, backupWorkloads } from '../backup/backup-workloads';
import type { ConfigBundle } from '../bundles/config-bundle';
import { SecretBundle } from '../bundles/secret-bundle';
import type { Cache, InClusterCache, ManagedCache } from '../data/cache';
import type { Database, InClusterDatabase, ManagedDatabase } from '../data/database';
import { Postgres } from '../data/postgres';
import { postgresConf } from '../data/postgres-parameters';
import { Redis } from '../data/redis';
import type { Home } from '../kubernetes/metadata';
import type { PodDemand } from '../kubernetes/pod-demand';
import type { Endpoint, JobCalls, StoreWorkload } from '../network/connection-graph';
import { addresses, tcp, workload } from '../network/parties';

/** Properties of `Stores`. */
export interface StoresProps {
  readonly home: Home;
  readonly database: Database;
  readonly cache: Cache;
  readonly config: ConfigBundle;
  readonly secrets: SecretBundle;
  /** Secret that is the password of the services' database role. */
  readonly databasePassword: string;
  readonly priorityClassName: string;
}

/** Key of the database server's configuration among the settings of the platform. */
export const postgresConfKey = 'postgres.conf';

/** The configuration files of the stores that stand beside the platform's settings. */
export function storeFiles(database: Database): Record<string, string> {
  return database.kind === 'in-cluster' ? { [postgresConfKey]: postgresConf(database.parameters) } : {};
}

/** A store as the rest of the environment sees it. */
interface Store {
  readonly endpoint: Endpoint;
  /** The pods behind it, if they are ours. */
  readonly workloads: readonly StoreWorkload[];
  readonly jobs: readonly JobCalls[];
  readonly demands: readonly PodDemand[];
}

/** The stores of an environment, be they pods of ours or somebody else's servers, and where each is found. */
export class Stores extends Construct {
  readonly database: Store;
  readonly cache: Store;
  /** What the pods among them take of the namespace's quota. */
  readonly demands: readonly PodDemand[];

  constructor(scope: Construct, id: string, props: StoresProps) {
    super(scope, id);
    const { database, cache } = props;
    this.database =
      database.kind === 'managed' ? managed('managed database', database) : this.addPostgres(database, props);
    this.cache = cache.kind === 'managed' ? managed('managed cache', cache) : this.addRedis(cache, props);
    this.demands = [...this.database.demands, ...this.cache.demands];
  }

  private addPostgres(database: InClusterDatabase, props: StoresProps): Store {
    const { home, config, secrets, databasePassword, priorityClassName } = props;
    const backupSecrets = new SecretBundle(this, 'backup-secrets', {
      home,
      name: backupSecretName(home.platform),
      keys: backupSecretKeys(database.backup),
      source: database.backup.secrets,
    });
    const postgres = new Postgres(this, 'postgres', {
      home,
      database,
      postgresConf: { configMapName: config.name, key: postgresConfKey },
      password: { secretName: secrets.name, key: secrets.reference(databasePassword).key },
      backupPassword: { secretName: backupSecrets.name, key: backupSecrets.reference(backupPasswordKey).key },
      priorityClassName,
    });
    const backup = new Backup(this, 'backup', { home, database, secrets: backupSecrets, priorityClassName });
    return withBackup(ours(postgres, postgres.ports.postgresql), backup, database);
  }

  private addRedis(cache: InClusterCache, { home, priorityClassName }: StoresProps): Store {
    const redis = new Redis(this, 'redis', { home, cache, priorityClassName });
    return ours(redis, redis.ports.redis);
  }
}

function ours({ identity, ports, demand }: Postgres | Redis, port: number): Store {
  const party = workload(identity.name);
  return {
    endpoint: { party, ports: [tcp(port)] },
    workloads: [{ party, metricsPort: ports.metrics }],
    jobs: [],
    demands: [demand],
  };
}

/** A database with the pods that back it up: those that log in, those that leave the cluster, and those that tell. */
function withBackup(store: Store, { demands }: Backup, { backup }: InClusterDatabase): Store {
  return {
    ...store,
    workloads: [...store.workloads, { party: workload(backupWorkloads.store), metricsPort: backupMetricsPort }],
    jobs: [
      { name: backupWorkloads.backup, calls: ['database'] },
      ...(backup.offsite.kind === 'bucket' ? [{ name: backupWorkloads.copy, calls: ['https'] }] : []),
    ],
    demands: [...store.demands, ...demands],
  };
}

function managed(name: string, { cidr, port }: ManagedDatabase | ManagedCache): Store {
  return { endpoint: { party: addresses(name, [cidr]), ports: [tcp(port)] }, workloads: [], jobs: [], demands: [] };
}
