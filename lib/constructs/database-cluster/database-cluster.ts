import { Construct } from 'constructs';
import * as z from 'zod';
import type { Connection, WorkloadPeer } from '../../platform/connection';
import { requireValid } from '../../platform/errors';
import {
  archivePlugin,
  archiveStore,
  clusterJobs,
  clusterLabels,
  clusterPods,
  clusterPorts,
  clusterRoles,
  makePrimaryLabels,
  nameClusterObjects,
  readFirstCluster,
} from '../../platform/postgres-cluster';
import type { BucketBackup } from '../../platform/settings/backup';
import { postgresHost, postgresPort } from '../../platform/settings/database';
import { type ClusterDatabase, clusterDatabase } from '../../platform/settings/database-cluster';
import { helmKeepAnnotation } from '../../platform/settings/deployment';
import { objectName } from '../../platform/settings/formats';
import type { ContainerResources } from '../../platform/settings/resources';
import type { SecretBundle } from '../config/secret-bundle';
import { addCustomObject } from '../kubernetes/custom-object';
import { makeMetadata, namespaceScopeSchema, type WorkloadIdentity } from '../kubernetes/metadata';
import { type QuotaUsage, toPlainRequirements } from '../kubernetes/resources';
import { addService } from '../kubernetes/workload-objects';
import { type Endpoint, listDnsConnections } from '../network/connection-graph';
import { internet, namespacePods, tcp, workload } from '../network/well-known-peers';
import { bucketKeys } from '../postgres/backup/backup-configuration';
import type { PostgresInputs } from '../postgres/postgres-volumes';
import { ServerCertificate } from '../postgres/server-certificate';
import { type ClusterInput, makeClusterSpec } from './cluster-spec';
import { RolesDeployment } from './roles-deployment';

/** Properties of a `DatabaseCluster`. */
export interface DatabaseClusterProps extends ClusterInput, Pick<PostgresInputs, 'passwordSecret' | 'backupPassword'> {
  /** The Secret of the backup, with the bucket's credentials. */
  readonly secrets: SecretBundle;
}

const propsSchema = z.looseObject({
  namespaceScope: namespaceScopeSchema,
  database: clusterDatabase,
  priorityClassName: objectName,
  roles: z.array(z.looseObject({ role: z.string(), workloads: z.array(objectName) })),
});

/**
 * PostgreSQL 15 as a primary with standbys, run by CloudNativePG, with its archive in a bucket. Services reach the primary by
 * our own Service: which Cluster it routes to is one line.
 */
export class DatabaseCluster extends Construct {
  /** The servers, as the labels of their objects describe them. */
  readonly identity: WorkloadIdentity;
  /** Name under which services reach the primary. */
  readonly host = postgresHost;
  /** Ports that the servers' pods listen on, by name. */
  readonly ports = clusterPorts;
  /** What the pods take of the namespace's quota. */
  readonly quotaUsages: readonly QuotaUsage[];

  constructor(scope: Construct, id: string, props: DatabaseClusterProps) {
    super(scope, id);
    requireValid(propsSchema, props, 'DatabaseCluster');
    const { namespaceScope, database, secrets } = props;
    this.identity = { ...namespaceScope, name: clusterPods, component: 'database' };
    const service = { name: postgresHost, portName: 'postgresql', port: postgresPort, targetPort: 'postgresql' };
    addService(this, this.identity, service, { type: 'ClusterIP', selector: makePrimaryLabels(database) });
    const roles = new RolesDeployment(this, 'roles', props);
    if (database.backup.offsite.kind === 'bucket') {
      this.addArchiveStore(database.backup.offsite, database, secrets);
    }
    const certificate = new ServerCertificate(this, 'certificate', {
      identity: this.identity,
      services: nameServers(database),
      secretLabels: reloadedByServers,
    });
    // A Cluster that is deleted takes its volumes along.
    const metadata = { ...makeMetadata(this.identity, database.cluster), annotations: helmKeepAnnotation };
    const cluster = addCustomObject(this, 'cluster', 'Cluster', metadata, makeClusterSpec(props));
    cluster.node.addDependency(certificate);
    this.addBaseBackups(database);
    this.quotaUsages = [computeServersUsage(this.identity.name, props), roles.quotaUsage];
  }

  /**
   * Adds the place of the archive: the bucket of the backups, under a folder that the copies of these do not use. Below it
   * each Cluster has a folder of its name, so that a recovered one never writes into the archive that it came from.
   */
  private addArchiveStore(bucket: BucketBackup, { archive }: ClusterDatabase, secrets: SecretBundle): void {
    addCustomObject(this, 'archive-store', 'ObjectStore', makeMetadata(this.identity, archiveStore), {
      retentionPolicy: `${archive.keepDays}d`,
      configuration: {
        destinationPath: `s3://${bucket.bucket}/archive/${this.identity.namespace}`,
        endpointURL: `https://${bucket.endpoint}`,
        s3Credentials: {
          accessKeyId: secrets.reference(bucketKeys.id),
          secretAccessKey: secrets.reference(bucketKeys.secret),
        },
        wal: { compression: 'gzip', maxParallel: 4 },
        data: { compression: 'gzip', jobs: 2 },
      },
      instanceSidecarConfiguration: {
        env: [{ name: 'AWS_DEFAULT_REGION', value: bucket.region }],
        resources: toPlainRequirements(archiverResources),
      },
    });
  }

  /** Adds the schedule of the base backups. The first is made at once: before it nothing can be restored. */
  private addBaseBackups({ cluster, archive }: ClusterDatabase): void {
    addCustomObject(this, 'base-backups', 'ScheduledBackup', makeMetadata(this.identity, cluster), {
      // The operator's schedules have a field for seconds in front.
      schedule: `0 ${archive.schedule}`,
      cluster: { name: cluster },
      method: 'plugin',
      pluginConfiguration: { name: archivePlugin },
      backupOwnerReference: 'self',
      immediate: true,
    });
  }
}

/** Resources of the plugin's sidecar, which compresses and sends the log of its server. */
const archiverResources: ContainerResources = {
  requests: { cpu: '50m', memory: '128Mi', ephemeralStorage: '64Mi' },
  limits: { cpu: '500m', memory: '512Mi', ephemeralStorage: '256Mi' },
};

/** Label of Secrets that the servers of a Cluster read again when they change. */
const reloadedByServers = { 'cnpg.io/reload': 'true' };

/**
 * Services that lead to the primary: ours, the operator's for the Cluster, and that for the one which a recovered Cluster goes
 * back to. All Clusters have one certificate.
 */
function nameServers({ cluster }: Pick<ClusterDatabase, 'cluster'>): string[] {
  const clusters = [...new Set([readFirstCluster(cluster), cluster])];
  return [postgresHost, ...clusters.map((name) => nameClusterObjects({ cluster: name }).primaryService)];
}

/**
 * What the servers take of the quota: those of two Clusters, since a recovery makes a second one beside the first, and a Job
 * that makes the data of one server.
 */
function computeServersUsage(workload: string, { database }: Pick<ClusterInput, 'database'>): QuotaUsage {
  const { instances, resources, storage, walStorage } = database;
  return {
    workload,
    pods: 2 * instances + 1,
    containers: [resources, archiverResources],
    initContainers: [resources],
    claims: [storage.size, walStorage.size],
  };
}

/** Pods of a kind of Job of the operator. They have none of our labels. */
function makeJobPods(role: (typeof clusterJobs)[number]): WorkloadPeer {
  return { kind: 'workload', name: `${clusterPods}-${role}`, podLabels: { [clusterLabels.jobRole]: role } };
}

/**
 * Connections of the servers beyond those of every store. Each server keeps a Lease and its own state in the API, streams
 * from the primary, and sends its log to the bucket; the operator asks each one for its state.
 */
export function listClusterConnections(
  { operatorNamespace }: Pick<ClusterDatabase, 'operatorNamespace'>,
  kubernetesApi: Endpoint,
): Connection[] {
  const { postgresql, status } = clusterPorts;
  const servers = workload(clusterPods);
  const jobs = clusterJobs.map(makeJobPods);
  const operator = namespacePods('database operator', operatorNamespace, {
    'app.kubernetes.io/name': 'cloudnative-pg',
  });
  return [
    { from: operator, to: servers, ports: [tcp(status), tcp(postgresql)] },
    { from: servers, to: servers, ports: [tcp(status), tcp(postgresql)] },
    { from: workload(clusterRoles), to: servers, ports: [tcp(postgresql)] },
    ...jobs.map((from) => ({ from, to: servers, ports: [tcp(status), tcp(postgresql)] })),
    ...[servers, ...jobs].flatMap((from) => [
      { from, to: kubernetesApi.peer, ports: kubernetesApi.ports },
      { from, to: internet, ports: [tcp(443)] },
    ]),
    ...jobs.flatMap(listDnsConnections),
  ];
}
