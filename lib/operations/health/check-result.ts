import { collapseWhitespace, formatDuration } from '../../cluster/format';
import type { Snapshot } from './snapshot';

/** Whether something is as it should be. `warn` is worth a look by day, and no reason to call an environment ill. */
export type State = 'ok' | 'warn' | 'bad';

/** What was found of one thing. */
export interface CheckResult {
  readonly state: State;
  /** The check that found it. */
  readonly check: string;
  /** `veza-staging Deployment/veza-chat-server` */
  readonly object: string;
  /** In one line: what is wrong and what to do, or the figures that show that nothing is. */
  readonly detail: string;
}

/** A question to a snapshot. */
export type Check = (snapshot: Snapshot) => CheckResult[];

/** A row of something that is worth a look. */
export function warn(check: string, object: string, detail: string): CheckResult {
  return { state: 'warn', check, object, detail: collapseWhitespace(detail) };
}

/** A row of something that is wrong. */
export function bad(check: string, object: string, detail: string): CheckResult {
  return { state: 'bad', check, object, detail: collapseWhitespace(detail) };
}

/** A row for each thing that is wrong, or one that says what is right. */
export function results(check: string, object: string, troubles: readonly string[], fine: string): CheckResult[] {
  if (troubles.length === 0) return [{ state: 'ok', check, object, detail: fine }];
  return troubles.map((detail) => bad(check, object, detail));
}

/** A minute, an hour and a day in milliseconds. */
export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000] as const;

/** Milliseconds since a time that the cluster wrote; it is long ago if it wrote none. */
export function elapsedMilliseconds(now: number, time: string | undefined): number {
  return time === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(time);
}

/** A span in milliseconds, for people. */
export function formatElapsed(milliseconds: number): string {
  return formatDuration(milliseconds / 1000);
}
