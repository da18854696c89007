import { oneLine } from '../readable';
import type { Snapshot } from './snapshot';

/** Whether something is as it should be. `warn` is worth a look by day, and no reason to call an environment ill. */
export type State = 'ok' | 'warn' | 'bad';

/** What was found of one thing. */
export interface Row {
  readonly state: State;
  /** The check that found it. */
  readonly check: string;
  /** `veza-staging Deployment/veza-chat-server` */
  readonly object: string;
  /** In one line: what is wrong and what to do, or the figures that show that nothing is. */
  readonly detail: string;
}

/** A question to a snapshot. */
export type Check = (snapshot: Snapshot) => Row[];

/** A row of something that is worth a look. */
export function warn(check: string, object: string, detail: string): Row {
  return { state: 'warn', check, object, detail: oneLine(detail) };
}

/** A row of something that is wrong. */
export function bad(check: string, object: string, detail: string): Row {
  return { state: 'bad', check, object, detail: oneLine(detail) };
}

/** A row for each thing that is wrong, or one that says what is right. */
export function verdict(check: string, object: string, troubles: readonly string[], fine: string): Row[] {
  if (troubles.length === 0) return [{ state: 'ok', check, object, detail: fine }];
  return troubles.map((detail) => bad(check, object, detail));
}
