import * as z from 'zod';

/**
 * Per cent of a service's events that are to be good. Below 93.1 % no outage burns 14.4 times as fast as allowed.
 * @internal
 */
export const objectiveSchema = z
  .number('use a number of per cent, such as 99.9')
  .min(95, 'use per cent, 95 or more, such as 99.9')
  .lt(100, 'leaves no budget for errors, and every one of them would be an alert; use less than 100, such as 99.9');

/** @internal */
export const runbookUrl = z
  .url({ protocol: /^https$/, error: 'use an https URL' })
  .regex(/[^/]$/, 'leave out the slash at the end');

/** An objective as a share, written without the noise of binary fractions: 0.999 for 99.9 %. */
export function objectiveRatio(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}
