import { postgresPort } from './settings/database';
import type { ClusterDatabase } from './settings/database-cluster';

/** Label of each server's pod, whichever Cluster it belongs to. */
export const clusterPods = 'postgres-cluster';

/** Name of the Deployment that reconciles the roles of the servers and exports their metrics. */
export const clusterRoles = 'postgres-roles';

/** Containers of that Deployment. */
export const clusterRolesContainers = { roles: 'roles', exporter: 'postgres-exporter' } as const;

/** Container of the server in each of its pods. */
export const serverContainer = 'postgres';

/** Name of the ObjectStore: the place of the archive, of all Clusters. */
export const archiveStore = 'postgres-archive';

/** Name of the plugin that archives. */
export const archivePlugin = 'barman-cloud.cloudnative-pg.io';

/** Ports of a server's pod. */
export const clusterPorts = { postgresql: postgresPort, status: 8000, metrics: 9187 } as const;

/** Labels that the operator sets. */
export const clusterLabels = {
  cluster: 'cnpg.io/cluster',
  instanceRole: 'cnpg.io/instanceRole',
  jobRole: 'cnpg.io/jobRole',
  podRole: 'cnpg.io/podRole',
} as const;

/** Kinds of Jobs that make a server's data, the values of the operator's label: a new database, a standby, a recovery. */
export const clusterJobs = ['initdb', 'join', 'full-recovery'] as const;

/** Name of the Cluster that a recovered one comes from, without the moment in its name. */
export function readFirstCluster(cluster: string): string {
  return cluster.replace(/-\d{8}t\d{6}$/, '');
}

/** Names of what the operator makes for a Cluster, and of what we refer to. */
export function nameClusterObjects({ cluster }: Pick<ClusterDatabase, 'cluster'>) {
  return {
    /** Service that routes to the primary. */
    primaryService: `${cluster}-rw`,
    /** Secret with the superuser's password. */
    superuserSecret: `${cluster}-superuser`,
  } as const;
}

/** Labels of the pod that is the primary of a Cluster. */
export function makePrimaryLabels({ cluster }: Pick<ClusterDatabase, 'cluster'>): Record<string, string> {
  return { [clusterLabels.cluster]: cluster, [clusterLabels.instanceRole]: 'primary' };
}
