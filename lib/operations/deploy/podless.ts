import { latestEvent } from '../events';
import type { Kubectl } from '../kubectl';
import { condition, type Workload } from '../objects';
import { isComplete } from '../workloads';

/**
 * Why a workload gets no pods, as its controller reports it: a full quota, an admission that refuses them. A Deployment
 * has a condition for it; of a StatefulSet only its events know.
 */
export async function creationFailure(kubectl: Kubectl, workload: Workload): Promise<string | undefined> {
  const { kind, metadata, spec, status } = workload;
  const failure = condition(workload, 'ReplicaFailure');
  if (failure?.status === 'True') return `${failure.reason}: ${failure.message}`;
  if (kind !== 'StatefulSet' || isComplete(workload) || (status?.replicas ?? 0) >= (spec.replicas ?? 1))
    return undefined;
  return latestEvent(kubectl, metadata.namespace ?? '', metadata.name, 'type=Warning', 'reason=FailedCreate');
}
