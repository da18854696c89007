import { replicasBeforeRestore } from '../../backup/backup-workloads';
import type { KubernetesObject } from '../kubectl';

/** A way to make something stand still, and to set it going again as it was. */
export interface Brake {
  readonly kind: 'deployment' | 'statefulset' | 'cronjob';
  /** Where the object itself remembers what it was, so that another run finds it. */
  readonly annotation: string;
  /** What it is now. */
  readonly now: (spec: Spec) => string;
  /** What it is while it stands still. */
  readonly still: Spec;
  /** What it was, of what is remembered. */
  readonly going: (remembered: string) => Spec;
}

/** What a brake changes. */
export interface Spec {
  readonly replicas?: number;
  readonly suspend?: boolean;
}

/** An object that a brake works on. */
export interface Holdable extends KubernetesObject {
  readonly spec: Spec;
}

/** Takes a Deployment's pods away. Its autoscaler, if it has one, is off as long as there are to be none. */
export const replicas: Brake = {
  kind: 'deployment',
  annotation: replicasBeforeRestore,
  now: ({ replicas = 1 }) => String(replicas),
  still: { replicas: 0 },
  going: (remembered) => ({ replicas: Number(remembered) }),
};

/** Takes the pod of the database server away. There is never more than one, and none only for a restore. */
export const server: Brake = { ...replicas, kind: 'statefulset', going: () => ({ replicas: 1 }) };

/** Keeps a CronJob from starting Jobs. */
export const schedule: Brake = {
  kind: 'cronjob',
  annotation: 'veza.app/suspended-before-restore',
  now: ({ suspend = false }) => String(suspend),
  still: { suspend: true },
  going: (remembered) => ({ suspend: remembered === 'true' }),
};

/** Every brake that there is. */
export const brakes = [replicas, server, schedule];

/** The option of `kubectl patch` that stops an object, or sets it going. */
export function patchOf({ annotation }: Brake, remembered: string | null, spec: Spec): string {
  return `--patch=${JSON.stringify({ metadata: { annotations: { [annotation]: remembered } }, spec })}`;
}

/** Whether a restore holds an object, or did when it was killed. */
export function isHeld({ metadata }: KubernetesObject): boolean {
  return brakes.some(({ annotation }) => metadata.annotations?.[annotation] !== undefined);
}
