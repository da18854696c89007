import type { KubernetesClient, KubernetesObject } from '../../../cluster/kubernetes-client';
import type { Permission } from '../../../cluster/permissions';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import { clusterLabels } from '../../../platform/postgres-cluster';
import { movedToAnnotation, postgresServer } from '../../../platform/postgres-pod';
import { postgresHost } from '../../../platform/settings/database';

interface Server extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
}

interface Service extends KubernetesObject {
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}

/** Lists the permissions to find out where the data is. */
export function movePermissions({ namespace, database }: Environment): Permission[] {
  if (database.kind === 'managed') return [];
  return ['services', 'statefulsets.apps'].map((resource) => ({ verb: 'get', resource, namespace }));
}

/** Finds data that a deploy would leave behind: another kind of database, or another Cluster, has what services use now. */
export async function movedDatabaseProblems(
  kubectl: KubernetesClient,
  { name, namespace, database }: Environment,
): Promise<Problem[]> {
  if (database.kind === 'managed') return [];
  const service = await kubectl.find<Service>(`service/${postgresHost}`, namespace);
  const current = service?.spec.selector?.[clusterLabels.cluster];
  if (database.kind !== 'cluster') return current === undefined ? [] : [inCluster(name, current)];
  if (current === database.cluster) return [];
  if (current !== undefined) return [inOtherCluster(name, database.cluster, current)];
  const server = await kubectl.find<Server>(`statefulset/${postgresServer.workload}`, namespace);
  if (server === undefined || server.metadata.annotations?.[movedToAnnotation] !== undefined) return [];
  return [
    `the database of ${name} is in StatefulSet ${postgresServer.workload}, and the environment states a cluster: services ` +
      `would find an empty database. Move it first: npx veza database move ${name}`,
  ];
}

function inCluster(environment: string, cluster: string): Problem {
  return (
    `the database of ${environment} is in Cluster ${cluster}, and the environment states a single server: services would ` +
    'find its old data. State database.kind cluster, or follow "Back to a single server" in docs/guides/database-cluster.md first'
  );
}

function inOtherCluster(environment: string, stated: string, current: string): Problem {
  return (
    `services of ${environment} use Cluster ${current}, and the environment states ${stated}: state database.cluster ` +
    `${current}, or switch first: npx veza database switch ${environment} ${stated}`
  );
}
