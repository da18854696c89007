import type { Connection, WorkloadPeer } from '../../platform/connection';
import { clusterJobs, clusterLabels, clusterPods, clusterPorts, clusterRoles } from '../../platform/postgres-cluster';
import type { ClusterDatabase } from '../../platform/settings/database-cluster';
import { dnsConnections, type Endpoint } from '../network/connection-graph';
import { internet, namespacePods, tcp, workload } from '../network/well-known-peers';

/** Pods of a kind of Job of the operator. They have none of our labels. */
function jobPods(role: (typeof clusterJobs)[number]): WorkloadPeer {
  return { kind: 'workload', name: `${clusterPods}-${role}`, podLabels: { [clusterLabels.jobRole]: role } };
}

/**
 * Connections of the servers beyond those of every store. Each server keeps a Lease and its own state in the API, streams
 * from the primary, and sends its log to the bucket; the operator asks each one for its state.
 */
export function clusterConnections(
  { operatorNamespace }: Pick<ClusterDatabase, 'operatorNamespace'>,
  kubernetesApi: Endpoint,
): Connection[] {
  const { postgresql, status } = clusterPorts;
  const servers = workload(clusterPods);
  const jobs = clusterJobs.map(jobPods);
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
    ...jobs.flatMap(dnsConnections),
  ];
}
