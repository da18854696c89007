import type { Workload } from './objects';

/** Whether all pods of a workload are of its newest template and ready, and no others are left. */
export function isComplete({ metadata, spec, status = {} }: Workload): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.replicas ?? 0) === wanted &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.readyReplicas ?? 0) === wanted
  );
}

/** How far a rollout is: `veza-backend-api 1/3`. */
export function progressOf({ metadata, spec, status = {} }: Workload): string {
  const ready = Math.min(status.updatedReplicas ?? 0, status.readyReplicas ?? 0);
  return `${metadata.name} ${ready}/${spec.replicas ?? 1}`;
}
