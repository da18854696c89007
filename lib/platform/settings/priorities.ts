import * as z from 'zod';
import { reportProblem } from '../errors';
import { wholeNumber } from './formats';

/** Which pods stay when a node is full. */
export interface PrioritySettings {
  /** Priority of the services' pods, 1 to 1000000000, such as 10000. Pods without a class have 0. */
  readonly services: number;
  /** Priority of the stores' pods, 1 to 1000000000: above the services', which are nothing without them, such as 20000. */
  readonly stores: number;
}

/**
 * How much more than others a pod is wanted when a node is full.
 * @internal
 */
export const priority = wholeNumber({ min: 1, max: 1_000_000_000, why: 'more is reserved for the cluster itself' });

/** @internal */
export const prioritySchema = z
  .strictObject({ services: priority, stores: priority })
  .superRefine(({ services, stores }, context) => {
    if (stores > services) return;
    const message = `is not above services, which is ${services}`;
    reportProblem(context, ['stores'], message);
  });
