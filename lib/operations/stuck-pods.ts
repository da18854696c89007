import type { Pod, Workload } from './objects';
import { troubleOfPod } from './pods';

/**
 * Pods of a StatefulSet at an earlier revision than it is to have. It does not replace one that never became ready, not
 * even when it is told to go back (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/, "Forced
 * rollback"): somebody has to delete it.
 */
export function podsOfOldRevision({ kind, metadata, status }: Workload, pods: readonly Pod[]): Pod[] {
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
  return workloads
    .flatMap((workload) => podsOfOldRevision(workload, pods))
    .filter((pod) => troubleOfPod(pod) !== undefined);
}
