import type { KubernetesObject } from './kubectl';

/** A Deployment or StatefulSet as the Kubernetes API returns it: as much of it as operations look at. */
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    /** Revision that a StatefulSet is on its way to. */
    readonly updateRevision?: string;
  };
}

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
