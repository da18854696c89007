import type { KubernetesManifest } from '../../manifests/manifest';
import { backupWorkloads } from '../../platform/backup-names';
import type { Environment } from '../../platform/environment';
import { clusterPods, clusterPorts } from '../../platform/postgres-cluster';

/** Name of the policy that exists during a move. */
export const moveAccessName = 'postgres-move';

/**
 * Lets the Jobs of the backup reach the servers of the cluster as well as the single server: the policies of the environment
 * allow one of them at a time. It is removed once the services use the Cluster.
 */
export function moveAccess({
  namespace,
}: Pick<Environment, 'namespace'>): KubernetesManifest & { readonly spec: object } {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: moveAccessName, namespace },
    spec: {
      podSelector: { matchLabels: { app: backupWorkloads.backup } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ podSelector: { matchLabels: { app: clusterPods } } }],
          ports: [{ port: clusterPorts.postgresql, protocol: 'TCP' }],
        },
      ],
    },
  };
}
