import * as z from 'zod';
import { priority } from './priorities';

/** What every monitoring states, whichever servers it has. */
export interface MonitoringGoals<Service extends string = string> {
  /** Priority of its pods, 1 to 1000000000: below that of the services, which are evicted last, such as 5000. */
  readonly priority: number;
  /** Service level objective of each service: per cent of good events over 30 days, 95 to below 100, such as 99.9. */
  readonly objectives: { readonly [Name in Service]: number };
  /** Where runbooks are read: an https URL without a slash at the end, such as `https://runbooks.example.com`. */
  readonly runbookBaseUrl: string;
}

/**
 * Per cent of a service's events that are to be good. Below 93.1 % no outage burns 14.4 times as fast as allowed.
 * @internal
 */
export const objectiveSchema = z
  .number('use a number of per cent, such as 99.9')
  .min(95, 'use per cent, 95 or more, such as 99.9')
  .lt(100, 'leaves no budget for errors, and every one of them would be an alert; use less than 100, such as 99.9');

/** @internal */
export const goalFields = {
  priority,
  objectives: z.record(z.string(), objectiveSchema),
  runbookBaseUrl: z
    .url({ protocol: /^https$/, error: 'use an https URL' })
    .regex(/[^/]$/, 'leave out the slash at the end'),
};

/** An objective as a share, written without the noise of binary fractions: 0.999 for 99.9 %. */
export function computeObjectiveRatio(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}
