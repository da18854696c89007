import { Construct } from 'constructs';
import * as z from 'zod';
import { objectName } from '../kubernetes/formats';
import { type Home, homeSchema, type WorkloadIdentity } from '../kubernetes/metadata';
import type { PodDemand } from '../kubernetes/pod-demand';
import { requireValid } from '../problems';
import { type InClusterDatabase, inClusterDatabase, postgresHost, postgresPort } from './database';
import { parametersFile, postgresConfiguration, postgresUids } from './postgres-configuration';
import { postgresMetricsPort } from './postgres-helpers';
import { postgresConf } from './postgres-parameters';
import { postgresContainers, postgresDemand } from './postgres-pod';
import { type PostgresInputs, postgresVolumes } from './postgres-volumes';
import { SingleStore } from './single-store';

/** Properties of a `Postgres`. */
export interface PostgresProps extends PostgresInputs {
  /** Namespace and platform that its objects belong to. */
  readonly home: Home;
  /** Size, parameters and backup of the server. */
  readonly database: InClusterDatabase;
  /** PriorityClass of its pods, such as `veza-staging-stores`. */
  readonly priorityClassName: string;
}

const secretKey = z.looseObject({ secretName: objectName, key: z.string().min(1, 'is empty; name a key') });
const propsSchema = z.looseObject({
  home: homeSchema,
  database: inClusterDatabase,
  priorityClassName: objectName,
  password: secretKey,
  backupPassword: secretKey,
  postgresConf: z.looseObject({ configMapName: objectName, key: z.string().min(1, 'is empty; name a key') }),
});

/**
 * PostgreSQL 15 in one pod on a volume of its own. Services log in as the one role that owns their database, encrypted.
 * The superuser exists on the pod's own socket alone: `kubectl exec postgres-0 -- psql -U postgres`.
 */
export class Postgres extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** Name under which services reach the server. */
  readonly host = postgresHost;
  /** Ports that the pod listens on, by name. */
  readonly ports = { postgresql: postgresPort, metrics: postgresMetricsPort } as const;
  /** What the pod takes of the namespace's quota. */
  readonly demand: PodDemand;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'Postgres');
    const { home, database, priorityClassName } = props;
    this.identity = { ...home, name: 'postgres', component: 'database' };
    this.demand = postgresDemand(database);
    new SingleStore(this, 'store', {
      identity: this.identity,
      uid: postgresUids.server,
      host: this.host,
      port: { name: 'postgresql', number: postgresPort },
      storage: database.storage,
      files: postgresConfiguration(database),
      foreignFiles: { [parametersFile]: postgresConf(database.parameters) },
      priorityClassName,
      terminationGracePeriodSeconds: 120,
      pod: { ...postgresContainers(database), volumes: postgresVolumes(props, this.identity) },
    });
  }
}
