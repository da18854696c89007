import { collapseWhitespace, formatDuration } from '../../cluster/format';
import type { Snapshot } from './snapshot';

/** Result of a check. A `warning` deserves a look, but the environment is still healthy. */
export type State = 'ok' | 'warning' | 'failed';

/** What a check found about one object. */
export interface CheckResult {
  readonly state: State;
  readonly check: string;
  /** `veza-staging Deployment/veza-chat-server` */
  readonly object: string;
  /** One line: the failure and its remedy, or the figures that show that all is well. */
  readonly detail: string;
}

/** Checks one aspect of a snapshot. */
export type Check = (snapshot: Snapshot) => CheckResult[];

/** Makes the result of something that deserves a look. */
export function makeWarning(check: string, object: string, detail: string): CheckResult {
  return { state: 'warning', check, object, detail: collapseWhitespace(detail) };
}

/** Makes the result of something that failed. */
export function makeFailure(check: string, object: string, detail: string): CheckResult {
  return { state: 'failed', check, object, detail: collapseWhitespace(detail) };
}

/** Makes a result per failure, or a single one with `okDetail` if there is none. */
export function makeResults(
  check: string,
  object: string,
  failures: readonly string[],
  okDetail: string,
): CheckResult[] {
  if (failures.length === 0) return [{ state: 'ok', check, object, detail: okDetail }];
  return failures.map((detail) => makeFailure(check, object, detail));
}

/** A minute, an hour and a day in milliseconds. */
export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000] as const;

/** Milliseconds since a time that the cluster wrote; infinite if it wrote none. */
export function computeElapsed(now: number, time: string | undefined): number {
  return time === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(time);
}

/** Formats milliseconds for users: `26 h`. */
export function formatElapsed(milliseconds: number): string {
  return formatDuration(milliseconds / 1000);
}
