import * as z from 'zod';
import { reportProblem } from '../errors';
import { count, wholeNumber } from './formats';

/** A fixed number of pods, or a range that a HorizontalPodAutoscaler moves in by CPU. */
export type Scaling = FixedScaling | AutomaticScaling;

/** Always the same number of pods. */
export interface FixedScaling {
  readonly kind: 'fixed';
  /** Pods, at least 1. */
  readonly replicas: number;
}

/** As many pods as the CPU that they use asks for. */
export interface AutomaticScaling {
  readonly kind: 'auto';
  /** Fewest pods, at least 1. */
  readonly min: number;
  /** Most pods, at least as many as `min`. */
  readonly max: number;
  /** Per cent of the requested CPU that the autoscaler keeps the pods at, 1 to 100, such as 70. */
  readonly targetCpu: number;
}

/** @internal */
export const scalingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), replicas: count }),
  z
    .strictObject({
      kind: z.literal('auto'),
      min: count,
      max: count,
      targetCpu: wholeNumber({ min: 1, max: 100 }),
    })
    .superRefine(({ min, max }, context) => {
      if (min <= max) return;
      reportProblem(context, ['min'], `is above max, which is ${max}`);
    }),
]);

/** Fewest pods that a service runs with. */
export function getMinimumReplicas(scaling: Scaling): number {
  return scaling.kind === 'auto' ? scaling.min : scaling.replicas;
}

/** Most pods that a service runs with, outside of a rollout. */
export function getMaximumReplicas(scaling: Scaling): number {
  return scaling.kind === 'auto' ? scaling.max : scaling.replicas;
}

/** Pods that a rollout adds before it takes one away, so that a service never falls below its ready minimum. */
export const maxSurge = 1;
