import type { Workload } from '../../cluster/kubernetes-types';
import { kubectlCommandLine, type OperationContext, waitWhilePending } from '../../cluster/operation-context';
import { clusterRoles } from '../../platform/postgres-cluster';
import type { ClusterObject } from '../health/database-cluster';

/** Seconds that a Cluster may take: a recovery reads a base backup and replays the log since, each standby copies it. */
const clusterSeconds = 6 * 3600;

/** Seconds in which the pod of the roles has reconciled a server that is ready. */
const rolesSeconds = 600;

/** Name of a Cluster as kubectl takes it. */
export function clusterResource(name: string): string {
  return `cluster.postgresql.cnpg.io/${name}`;
}

/** Waits until all servers of a Cluster are ready. */
export async function waitForCluster(context: OperationContext, name: string): Promise<void> {
  const { kubectl, environment } = context;
  const describe = kubectlCommandLine(context, `describe ${clusterResource(name)}`);
  const problems = [`Cluster ${name} is not ready after ${clusterSeconds / 3600} h; see ${describe}`];
  await waitWhilePending(context, clusterSeconds, async () => {
    const cluster = await kubectl.find<ClusterObject>(clusterResource(name), environment.namespace);
    const { readyInstances = 0, phase = 'not seen by the operator yet' } = cluster?.status ?? {};
    const instances = cluster?.spec.instances ?? 1;
    if (readyInstances >= instances) return undefined;
    return { state: `${readyInstances} of ${instances} servers are ready: ${phase}`, problems };
  });
}

/** Waits until the pod of the roles runs with its present configuration, and has reconciled the server: it is ready then. */
export async function waitForRoles(context: OperationContext): Promise<void> {
  const { kubectl, environment } = context;
  const logs = kubectlCommandLine(context, `logs deployment/${clusterRoles} --container=roles`);
  const problems = [`${clusterRoles} is not ready after ${rolesSeconds} s; see ${logs}`];
  await waitWhilePending(context, rolesSeconds, async () => {
    const found = await kubectl.find<Workload>(`deployment/${clusterRoles}`, environment.namespace);
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = found?.status ?? {};
    const isCurrent = observedGeneration >= (found?.metadata.generation ?? 1);
    const isReady = isCurrent && updatedReplicas > 0 && replicas === updatedReplicas && availableReplicas > 0;
    return isReady ? undefined : { state: `waiting for the pod of ${clusterRoles}`, problems };
  });
}
