import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { computeQuota } from '../namespace/namespace-limits';
import { selectorLabels, type WorkloadIdentity, workloadLabels, workloadMetadata } from './metadata';
import { noApiAccess, onLinux } from './pod-defaults';
import type { QuotaUsage } from './quota-usage';
import { canonicalQuantity } from './resources';

/** The cluster's own PriorityClass of what a node cannot do without: such a pod is evicted last. */
const nodeCriticalPriority = 'system-node-critical';

/** Makes a quota of node-critical pods: some clusters (GKE) admit them only where a quota names their class. */
export function addCriticalQuota(scope: Construct, identity: WorkloadIdentity, quotaUsage: QuotaUsage): void {
  new k8s.KubeResourceQuota(scope, 'critical-quota', {
    metadata: workloadMetadata(identity, 'critical-pods'),
    spec: {
      hard: { ...computeQuota([quotaUsage]), pods: canonicalQuantity(String(quotaUsage.pods)) },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [nodeCriticalPriority] }],
      },
    },
  });
}

/** What of the pods of a DaemonSet differs from others. */
type NodePod = Pick<k8s.PodSpec, 'containers' | 'volumes' | 'securityContext' | 'hostNetwork' | 'hostPid'>;

/**
 * Pods that may be replaced at once. The pod of a node that is down counts too: with a tenth, it alone would keep those of the
 * other nodes from being replaced, on up to ten nodes.
 */
const mostUnavailable = k8s.IntOrString.fromString('50%');

/** Makes a DaemonSet with a node-critical pod on every node, whatever its taints. */
export function addDaemonSet(
  scope: Construct,
  identity: WorkloadIdentity,
  pod: NodePod,
  annotations?: Readonly<Record<string, string>>,
): void {
  new k8s.KubeDaemonSet(scope, 'daemon-set', {
    metadata: workloadMetadata(identity),
    spec: {
      selector: { matchLabels: selectorLabels(identity) },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: mostUnavailable } },
      revisionHistoryLimit: 5,
      template: {
        metadata: { labels: workloadLabels(identity), annotations },
        spec: {
          serviceAccountName: identity.name,
          ...noApiAccess,
          ...onLinux,
          priorityClassName: nodeCriticalPriority,
          tolerations: [{ operator: 'Exists' }],
          terminationGracePeriodSeconds: 30,
          ...pod,
        },
      },
    },
  });
}
