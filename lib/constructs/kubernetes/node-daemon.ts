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
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromString('10%') } },
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
