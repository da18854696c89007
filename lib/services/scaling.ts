import * as z from 'zod';

const replicas = z.int('use a whole number').min(1, 'use at least 1');

/** How many pods a service runs with. */
export const scalingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), replicas }),
  z
    .strictObject({
      kind: z.literal('auto'),
      min: replicas,
      max: replicas,
      /** Per cent of the requested CPU that the autoscaler keeps the pods at. */
      targetCpu: z.int('use a whole number').min(1, 'use 1 to 100').max(100, 'use 1 to 100'),
    })
    .superRefine(({ min, max }, context) => {
      if (min <= max) return;
      context.addIssue({ code: 'custom', path: ['min'], input: min, message: `is above max, which is ${max}` });
    }),
]);

/** A fixed number of pods, or a range that a HorizontalPodAutoscaler moves in by CPU. */
export type Scaling = z.infer<typeof scalingSchema>;

/** Fewest pods that a service runs with. */
export function minimumReplicas(scaling: Scaling): number {
  return scaling.kind === 'auto' ? scaling.min : scaling.replicas;
}

/** Most pods that a service runs with, outside of a rollout. */
export function maximumReplicas(scaling: Scaling): number {
  return scaling.kind === 'auto' ? scaling.max : scaling.replicas;
}

/** Pods that a rollout adds before it takes one away, so that a service never falls below its ready minimum. */
export const maxSurge = 1;
