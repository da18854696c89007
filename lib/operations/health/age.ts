import { readableSpan } from '../readable';

/** A minute, an hour and a day in milliseconds. */
export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000] as const;

/** Milliseconds since a time that the cluster wrote; it is long ago if it wrote none. */
export function since(now: number, time: string | undefined): number {
  return time === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(time);
}

/** A span in milliseconds, for people. */
export function span(milliseconds: number): string {
  return readableSpan(milliseconds / 1000);
}
