import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { canonicalQuantity } from '../kubernetes/resources';
import { computeQuota } from './namespace-limits';

/** The cluster's own PriorityClass of what a node cannot do without: such a pod is evicted last. */
export const nodeCriticalPriority = 'system-node-critical';

/** A quota of node-critical pods: some clusters (GKE) admit them only where a quota names their class. */
export class CriticalQuota extends Construct {
  constructor(scope: Construct, id: string, props: { identity: WorkloadIdentity; quotaUsage: QuotaUsage }) {
    super(scope, id);
    const { identity, quotaUsage } = props;
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata: workloadMetadata(identity, 'critical-pods'),
      spec: {
        hard: { ...computeQuota([quotaUsage]), pods: canonicalQuantity(String(quotaUsage.pods)) },
        scopeSelector: {
          matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [nodeCriticalPriority] }],
        },
      },
    });
  }
}
