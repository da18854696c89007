import { describeObject, findCondition, type Pod, type Workload } from '../../cluster/kubernetes-types';
import { selectOutdatedPods } from '../../cluster/workload-status';
import { type CheckResult, makeFailure, makeResults } from './check-result';
import { type Snapshot, selectKind, workloadKinds } from './snapshot';

const check = 'workloads';

/** Pods of a workload, as its controller counts them. */
interface PodCounts {
  readonly desired: number;
  readonly existing: number;
  readonly updated: number;
  readonly available: number;
}

/** Checks that each workload has all its pods, all of them at its current revision. */
export function checkWorkloads(snapshot: Snapshot): CheckResult[] {
  const pods = selectKind(snapshot, 'Pod');
  return selectKind(snapshot, ...workloadKinds).flatMap((workload) => {
    const counts = countPods(workload);
    const failures = [...findRolloutFailures(workload, counts), ...findControllerFailures(workload)];
    const figures = `${counts.available} of ${counts.desired} pods available, all at the current revision`;
    return [...makeResults(check, describeObject(workload), failures, figures), ...checkStuckPods(workload, pods)];
  });
}

function countPods({ kind, spec, status = {} }: Workload): PodCounts {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  if (kind === 'DaemonSet') {
    const { desiredNumberScheduled: desired = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
    return { desired, existing: desired, updated: updatedNumberScheduled, available: numberAvailable };
  }
  return {
    desired: spec.replicas ?? 1,
    existing: replicas,
    updated: updatedReplicas,
    available: Math.min(readyReplicas, availableReplicas),
  };
}

function findRolloutFailures({ metadata, status }: Workload, counts: PodCounts): string[] {
  const { desired, existing, updated, available } = counts;
  const { generation = 0 } = metadata;
  const observed = status?.observedGeneration ?? 0;
  // The counts belong to an older generation.
  if (observed < generation) {
    return [`its controller has processed generation ${observed} of ${generation}; if that lasts, it is down`];
  }
  if (desired === 0) return ['is scaled to 0, so nothing runs; scale it up, or finish the restore that paused it'];
  return [
    ...(available < desired ? [`${available} of ${desired} pods available; see the rows of its pods`] : []),
    ...(updated < desired
      ? [`${updated} of ${desired} pods at the current revision: a rollout is in progress or stuck`]
      : []),
    ...(existing > desired ? [`${existing} pods instead of ${desired}: older ones have not ended`] : []),
  ];
}

/** What a Deployment's controller reports itself: an exhausted quota, a rollout that took too long. */
function findControllerFailures(workload: Workload): string[] {
  const failure = findCondition(workload, 'ReplicaFailure');
  const progress = findCondition(workload, 'Progressing');
  return [
    ...(failure?.status === 'True' ? [`pods cannot be created: ${failure.message ?? failure.reason}`] : []),
    ...(progress?.status === 'False' ? [`rollout failed: ${progress.message ?? progress.reason}`] : []),
  ];
}

/** Finds pods that block a rollout: a StatefulSet never replaces an unready pod of an old revision. */
function checkStuckPods(workload: Workload, pods: readonly Pod[]): CheckResult[] {
  const stuck = selectOutdatedPods(workload, pods).filter((pod) => findCondition(pod, 'Ready')?.status !== 'True');
  return stuck.map((pod) => {
    const remedy = `delete the pod: kubectl delete pod -n ${pod.metadata.namespace} ${pod.metadata.name}`;
    const detail = `is stuck at an old revision: not ready, so its StatefulSet does not replace it; ${remedy}`;
    return makeFailure(check, describeObject(pod), detail);
  });
}
