import { UsageError } from '../../problems';
import type { Revision } from '../helm';
import { inForce, originOf, revisionBefore, wasInForce } from './history';

/**
 * The revision that somebody wants an environment back at.
 * @param asked its number. @default - the one in force before
 * @throws UsageError if there is none, it never was in force, or it is what runs
 */
export function rollbackAim(history: readonly Revision[], asked?: string): Revision {
  const good = history.filter(wasInForce);
  const numbers = `there are revisions ${good.map(({ revision }) => revision).join(', ') || 'none'}`;
  const aim = asked === undefined ? revisionBefore(history) : good.find(({ revision }) => String(revision) === asked);
  if (!aim && asked === undefined) throw new UsageError(`there is no earlier release to go back to; ${numbers}`);
  if (!aim) throw new UsageError(`${JSON.stringify(asked)} is no revision that ever was in force; ${numbers}`);
  if (runs(aim, history))
    throw new UsageError(`revision ${aim.revision} (${aim.app_version}) is what runs; ${numbers}`);
  return aim;
}

/** Whether the newest revision brought what another one did. */
function runs(aim: Revision, history: readonly Revision[]): boolean {
  const [newest, current] = [history.at(-1), inForce(history).at(-1)];
  if (!current || current !== newest) return false;
  return originOf(current, history) === originOf(aim, history);
}
