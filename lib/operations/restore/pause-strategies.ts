import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { replicasBeforeRestore } from '../../platform/backup-names';

/** A way to make something stand still, and to set it going again as it was. */
export interface PauseStrategy {
  readonly kind: 'deployment' | 'statefulset' | 'cronjob';
  /** Where the object itself remembers what it was, so that another run finds it. */
  readonly annotation: string;
  /** What it is now. */
  readonly originalValue: (spec: Spec) => string;
  /** What it is while it stands still. */
  readonly paused: Spec;
  /** What it was, of what is remembered. */
  readonly resumed: (remembered: string) => Spec;
}

/** What a brake changes. */
export interface Spec {
  readonly replicas?: number;
  readonly suspend?: boolean;
}

/** An object that a brake works on. */
export interface PausableObject extends KubernetesObject {
  readonly spec: Spec;
}

/** Takes a Deployment's pods away. Its autoscaler, if it has one, is off as long as there are to be none. */
export const scaleToZero: PauseStrategy = {
  kind: 'deployment',
  annotation: replicasBeforeRestore,
  originalValue: ({ replicas = 1 }) => String(replicas),
  paused: { replicas: 0 },
  resumed: (remembered) => ({ replicas: Number(remembered) }),
};

/** Takes the pod of the database server away. There is never more than one, and none only for a restore. */
export const server: PauseStrategy = { ...scaleToZero, kind: 'statefulset', resumed: () => ({ replicas: 1 }) };

/** Keeps a CronJob from starting Jobs. */
export const suspendCronJob: PauseStrategy = {
  kind: 'cronjob',
  annotation: 'veza.app/suspended-before-restore',
  originalValue: ({ suspend = false }) => String(suspend),
  paused: { suspend: true },
  resumed: (remembered) => ({ suspend: remembered === 'true' }),
};

/** Every brake that there is. */
export const brakes = [scaleToZero, server, suspendCronJob];

/** The patch that pauses or resumes an object. */
export function pausePatch({ annotation }: PauseStrategy, remembered: string | null, spec: Spec): object {
  return { metadata: { annotations: { [annotation]: remembered } }, spec };
}

/** Whether a restore holds an object, or did when it was killed. */
export function isPausedByRestore({ metadata }: KubernetesObject): boolean {
  return brakes.some(({ annotation }) => metadata.annotations?.[annotation] !== undefined);
}
