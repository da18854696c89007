import type { KubernetesObject } from '../kubectl';
import type { Pod, Workload } from '../objects';
import { isComplete } from '../workloads';
import { releaseOf } from './helm-metadata';

/** Annotation by which a Deployment's ReplicaSets are told apart. */
const revision = 'deployment.kubernetes.io/revision';

/**
 * Pods that a release waits for: of its workloads that are not complete, at the revision that those are to have. Pods of
 * Jobs, of other releases and of earlier revisions fail for reasons of their own, and one that has failed was replaced.
 */
export function awaitedPods(release: string, objects: readonly KubernetesObject[]): Pod[] {
  const workloads = awaitedWorkloads(release, objects);
  const sets = ofKind<Workload>(objects, 'ReplicaSet');
  const pods = ofKind<Pod>(objects, 'Pod').filter(({ status }) => status?.phase !== 'Failed');
  return workloads.flatMap((workload) =>
    workload.kind === 'StatefulSet'
      ? owned(workload, pods).filter((pod) => isAt(workload, pod))
      : owned(workload, sets)
          .filter((set) => set.metadata.annotations?.[revision] === workload.metadata.annotations?.[revision])
          .flatMap((set) => owned(set, pods)),
  );
}

/** Workloads of a release that are not complete. */
export function awaitedWorkloads(release: string, objects: readonly KubernetesObject[]): Workload[] {
  return ofKind<Workload>(objects, 'Deployment', 'StatefulSet').filter(
    (workload) => releaseOf(workload) === release && !isComplete(workload),
  );
}

function ofKind<T extends KubernetesObject>(objects: readonly KubernetesObject[], ...kinds: readonly string[]): T[] {
  return objects.filter(({ kind }) => kinds.includes(kind)) as T[];
}

/** The objects of a list that belong to a workload. */
export function owned<T extends KubernetesObject>({ kind, metadata }: Workload, objects: readonly T[]): T[] {
  return objects.filter(
    (object) =>
      object.metadata.namespace === metadata.namespace &&
      object.metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === metadata.name),
  );
}

function isAt({ status }: Workload, { metadata }: Pod): boolean {
  return metadata.labels?.['controller-revision-hash'] === status?.updateRevision;
}
