import { isOwnedBy, type Pod, type Workload } from './kubernetes-types';
import { podFailure } from './pod-failure';

/** Whether all pods of a workload have its newest template and are ready, and no others are left. */
export function isRolledOut({ metadata, spec, status = {} }: Workload): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.replicas ?? 0) === wanted &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.readyReplicas ?? 0) === wanted
  );
}

/** Describes the progress of a rollout: `veza-backend-api 1/3`. */
export function rolloutProgress({ metadata, spec, status = {} }: Workload): string {
  const ready = Math.min(status.updatedReplicas ?? 0, status.readyReplicas ?? 0);
  return `${metadata.name} ${ready}/${spec.replicas ?? 1}`;
}

/**
 * Selects the pods of a StatefulSet that are not at its newest revision. Its controller does not replace a pod that never
 * became ready, not even at a rollback (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/, "Forced
 * rollback"): such a pod must be deleted.
 */
export function outdatedPods(workload: Workload, pods: readonly Pod[]): Pod[] {
  const revision = workload.status?.updateRevision;
  if (workload.kind !== 'StatefulSet' || revision === undefined) return [];
  return pods.filter(
    (pod) =>
      isOwnedBy(pod, workload) &&
      pod.metadata.labels?.['controller-revision-hash'] !== revision &&
      pod.metadata.deletionTimestamp === undefined,
  );
}

/** Selects the pods that fail at an old revision. They are safe to delete, since they serve nothing. */
export function stuckPods(workloads: readonly Workload[], pods: readonly Pod[]): Pod[] {
  return workloads.flatMap((workload) => outdatedPods(workload, pods)).filter((pod) => podFailure(pod) !== undefined);
}
