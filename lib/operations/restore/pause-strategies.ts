import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { replicasBeforeRestore } from '../../platform/backup-names';

/** How a restore pauses one kind of workload, and resumes it with its original settings. */
export interface PauseStrategy {
  readonly kind: 'deployment' | 'statefulset' | 'cronjob';
  /** Annotation that keeps the original value on the object, so that a later run can resume it. */
  readonly annotation: string;
  /** Value to keep: the replica count, or whether the CronJob is suspended. */
  readonly originalValue: (spec: PausableSpec) => string;
  /** Spec patch that pauses the workload. */
  readonly paused: PausableSpec;
  /** Spec patch that resumes it from a kept value. */
  readonly resumed: (originalValue: string) => PausableSpec;
}

/** The fields that pausing changes. */
export interface PausableSpec {
  readonly replicas?: number;
  readonly suspend?: boolean;
}

/** A workload that can be paused. */
export interface PausableObject extends KubernetesObject {
  readonly spec: PausableSpec;
}

/** Scales a Deployment to zero. A HorizontalPodAutoscaler is inactive while its target has zero replicas. */
export const scaleToZero: PauseStrategy = {
  kind: 'deployment',
  annotation: replicasBeforeRestore,
  originalValue: ({ replicas = 1 }) => String(replicas),
  paused: { replicas: 0 },
  resumed: (originalValue) => ({ replicas: Number(originalValue) }),
};

/** Scales the database server to zero. It always resumes with one pod: a server with none was left by a restore. */
export const stopServer: PauseStrategy = {
  ...scaleToZero,
  kind: 'statefulset',
  resumed: () => ({ replicas: 1 }),
};

/** Suspends a CronJob, so that it starts no Jobs. */
export const suspendCronJob: PauseStrategy = {
  kind: 'cronjob',
  annotation: 'veza.app/suspended-before-restore',
  originalValue: ({ suspend = false }) => String(suspend),
  paused: { suspend: true },
  resumed: (originalValue) => ({ suspend: originalValue === 'true' }),
};

/** Every strategy of a restore. */
export const pauseStrategies = [scaleToZero, stopServer, suspendCronJob];

/** Makes the patch that pauses or resumes a workload. An original value of null removes the annotation. */
export function pausePatch({ annotation }: PauseStrategy, originalValue: string | null, spec: PausableSpec): object {
  return { metadata: { annotations: { [annotation]: originalValue } }, spec };
}

/** Whether a restore has paused a workload and not resumed it. */
export function isPausedByRestore({ metadata }: KubernetesObject): boolean {
  return pauseStrategies.some(({ annotation }) => metadata.annotations?.[annotation] !== undefined);
}
