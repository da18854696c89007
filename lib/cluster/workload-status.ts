import type { Pod, Workload } from './kubernetes-types';
import { podFailure } from './pod-failure';

/** Whether all pods of a workload are of its newest template and ready, and no others are left. */
export function isRolledOut({ metadata, spec, status = {} }: Workload): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.replicas ?? 0) === wanted &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.readyReplicas ?? 0) === wanted
  );
}

/** How far a rollout is: `veza-backend-api 1/3`. */
export function rolloutProgress({ metadata, spec, status = {} }: Workload): string {
  const ready = Math.min(status.updatedReplicas ?? 0, status.readyReplicas ?? 0);
  return `${metadata.name} ${ready}/${spec.replicas ?? 1}`;
}

/**
 * Pods of a StatefulSet at an earlier revision than it is to have. It does not replace one that never became ready, not
 * even when it is told to go back (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/, "Forced
 * rollback"): somebody has to delete it.
 */
export function outdatedPods({ kind, metadata, status }: Workload, pods: readonly Pod[]): Pod[] {
  const revision = status?.updateRevision;
  if (kind !== 'StatefulSet' || revision === undefined) return [];
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      pod.metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === metadata.name) &&
      pod.metadata.labels?.['controller-revision-hash'] !== revision &&
      pod.metadata.deletionTimestamp === undefined,
  );
}

/** Pods that fail at an old revision: it is safe to delete them, since they do nothing. */
export function stuckPods(workloads: readonly Workload[], pods: readonly Pod[]): Pod[] {
  return workloads.flatMap((workload) => outdatedPods(workload, pods)).filter((pod) => podFailure(pod) !== undefined);
}
