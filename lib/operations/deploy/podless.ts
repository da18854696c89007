import { latestEvent } from '../../cluster/events';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { findCondition, type Workload } from '../../cluster/kubernetes-types';
import { isRolledOut } from '../../cluster/workload-status';

/**
 * Why a workload gets no pods, as its controller reports it: a full quota, an admission that refuses them. A Deployment
 * has a condition for it; of a StatefulSet only its events know.
 */
export async function creationFailure(kubectl: KubernetesClient, workload: Workload): Promise<string | undefined> {
  const { kind, metadata, spec, status } = workload;
  const failure = findCondition(workload, 'ReplicaFailure');
  if (failure?.status === 'True') return `${failure.reason}: ${failure.message}`;
  if (kind !== 'StatefulSet' || isRolledOut(workload) || (status?.replicas ?? 0) >= (spec.replicas ?? 1))
    return undefined;
  return latestEvent(kubectl, metadata.namespace ?? '', metadata.name, { type: 'Warning', reason: 'FailedCreate' });
}
