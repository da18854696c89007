/** A minute, an hour and a day in milliseconds. */
export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000] as const;

/** Milliseconds since a time that the cluster wrote; it is long ago if it wrote none. */
export function since(now: number, time: string | undefined): number {
  return time === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(time);
}

/** A time in the unit that a person would use: `40 s`, `12 min`, `5 h`, `3 d`. */
export function span(milliseconds: number): string {
  if (milliseconds < 2 * minute) return `${Math.round(milliseconds / 1000)} s`;
  if (milliseconds < 2 * hour) return `${Math.floor(milliseconds / minute)} min`;
  return milliseconds < 2 * day ? `${Math.floor(milliseconds / hour)} h` : `${Math.floor(milliseconds / day)} d`;
}
