import { findCondition, type Pod } from '../../cluster/kubernetes-types';
import type { ClusterContext } from '../../cluster/operation-context';
import { OperationError } from '../../platform/errors';
import {
  clusterRoles,
  clusterRolesContainers,
  makePrimaryLabels,
  nameClusterObjects,
  serverContainer,
} from '../../platform/postgres-cluster';
import { postgresServer } from '../../platform/postgres-pod';
import type { InClusterDatabase } from '../../platform/settings/database';

/** A container in which commands run: of a pod with a fixed name, or of whichever ready pod has some labels. */
export interface ExecTarget {
  /** What `kubectl exec` takes for it: `postgres-0`, `deployment/postgres-roles`. */
  readonly object: string;
  /** Labels of the pod. @default - the object is a pod itself */
  readonly labels?: Readonly<Record<string, string>>;
  readonly container: string;
}

/** The containers of a database server in which commands of an administrator run. */
export interface ServerPods {
  /** Has the scripts that change roles, and logs in as the superuser. */
  readonly roles: ExecTarget;
  /** Has the server's data, and psql for the superuser. */
  readonly server: ExecTarget;
}

const { pod, container, rolesContainer } = postgresServer;

export const singleServerPods: ServerPods = {
  roles: { object: pod, container: rolesContainer },
  server: { object: pod, container },
};

/** The containers of an environment's database server. */
export function selectServerPods(database: InClusterDatabase): ServerPods {
  if (database.kind === 'single') return singleServerPods;
  return {
    roles: {
      object: `deployment/${clusterRoles}`,
      labels: { app: clusterRoles },
      container: clusterRolesContainers.roles,
    },
    server: {
      object: `service/${nameClusterObjects(database).primaryService}`,
      labels: makePrimaryLabels(database),
      container: serverContainer,
    },
  };
}

/**
 * Finds the pod of a target.
 * @throws OperationError if no pod with its labels is ready
 */
export async function findPod(
  { kubectl, environment }: ClusterContext,
  { object, labels }: ExecTarget,
): Promise<string> {
  if (labels === undefined) return object;
  const pods = await kubectl.list<Pod>('pods', environment.namespace, { labels });
  const ready = pods.find(
    (each) => each.metadata.deletionTimestamp === undefined && findCondition(each, 'Ready')?.status === 'True',
  );
  if (ready !== undefined) return ready.metadata.name;
  throw new OperationError([`no pod of ${object} is ready; see kubectl get pods -n ${environment.namespace}`]);
}
