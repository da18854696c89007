import { type Pod, troubleOfPod } from './pods';
import type { Workload } from './workloads';

/**
 * Pods of a StatefulSet that fail at an earlier revision than it is to have. It does not replace a pod that never became
 * ready, not even when it is told to go back (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/,
 * "Forced rollback"), so somebody has to delete it.
 */
export function stuckPods(workloads: readonly Workload[], pods: readonly Pod[]): Pod[] {
  return workloads
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap(({ metadata, status }) =>
      pods.filter(
        (pod) =>
          pod.metadata.namespace === metadata.namespace &&
          pod.metadata.ownerReferences?.some(({ kind, name }) => kind === 'StatefulSet' && name === metadata.name) &&
          pod.metadata.labels?.['controller-revision-hash'] !== status?.updateRevision &&
          troubleOfPod(pod) !== undefined,
      ),
    );
}
