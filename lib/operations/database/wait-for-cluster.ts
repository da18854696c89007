import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { waitUntil } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
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
  const { kubectl, environment, clock, signal, progress } = context;
  const isReady = async () => {
    const cluster = await kubectl.find<ClusterObject>(clusterResource(name), environment.namespace);
    const { readyInstances = 0, phase = 'not seen by the operator yet' } = cluster?.status ?? {};
    const instances = cluster?.spec.instances ?? 1;
    if (readyInstances >= instances) return true;
    progress.update(`${readyInstances} of ${instances} servers are ready: ${phase}`);
    return undefined;
  };
  const describe = kubectlCommandLine(context, `describe ${clusterResource(name)}`);
  const onTimeout = () =>
    new OperationError([`Cluster ${name} is not ready after ${clusterSeconds / 3600} h; see ${describe}`]);
  await waitUntil(isReady, { clock, signal, seconds: clusterSeconds, onTimeout });
}

interface Deployment extends KubernetesObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** Waits until the pod of the roles runs with its present configuration, and has reconciled the server: it is ready then. */
export async function waitForRoles(context: OperationContext): Promise<void> {
  const { kubectl, environment, clock, signal, progress } = context;
  const isReady = async () => {
    const found = await kubectl.find<Deployment>(`deployment/${clusterRoles}`, environment.namespace);
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = found?.status ?? {};
    const isCurrent = observedGeneration >= (found?.metadata.generation ?? 1);
    progress.update(`waiting for the pod of ${clusterRoles}`);
    return (isCurrent && updatedReplicas > 0 && replicas === updatedReplicas && availableReplicas > 0) || undefined;
  };
  const logs = kubectlCommandLine(context, `logs deployment/${clusterRoles} --container=roles`);
  const onTimeout = () => new OperationError([`${clusterRoles} is not ready after ${rolesSeconds} s; see ${logs}`]);
  await waitUntil(isReady, { clock, signal, seconds: rolesSeconds, onTimeout });
}
