import type { Revision } from '../helm';

/** How Helm describes a revision that goes back to another, while it does and afterwards. */
const wayBack = /^Rollback to (\d+)$/;

/** How the description begins of a revision that was never waited for: what it brought may not work. */
export const beginning = 'begin ';

/** Whether a revision ever was what ran. Helm calls a first install that failed superseded too, once another follows. */
export function wasInForce({ status, description }: Revision): boolean {
  if (description.startsWith(beginning)) return false;
  return status === 'deployed' || (status === 'superseded' && !/ failed: /.test(description));
}

/** The revision that a revision goes back to, by its description: also one that was interrupted at that. */
export function aimOf({ description }: Revision): number | undefined {
  const [, aim] = wayBack.exec(description) ?? [];
  return aim === undefined ? undefined : Number(aim);
}

/** The revision whose manifests a revision brought: its own, or those of what it went back to. */
export function originOf(revision: Revision, history: readonly Revision[]): number {
  const aim = aimOf(revision);
  if (aim === undefined) return revision.revision;
  const target = history.find((candidate) => candidate.revision === aim);
  return target ? originOf(target, history) : aim;
}

/**
 * What was in force, the newest last, without what was gone back from: somebody, or a smoke test, had found that no good.
 * A way back stands for what it went back to.
 */
export function inForce(history: readonly Revision[]): Revision[] {
  return history.filter(wasInForce).reduce<Revision[]>((before, revision) => {
    const origin = originOf(revision, history);
    const again = before.findIndex((candidate) => originOf(candidate, history) === origin);
    return [...(again < 0 ? before : before.slice(0, again)), revision];
  }, []);
}

/** The revision that a failed deploy goes back to: the one that is in force, or was before others failed. */
export function lastGood(history: readonly Revision[]): Revision | undefined {
  return inForce(history).at(-1);
}

/** The revision that stands behind the newest one, where somebody goes who wants the newest away. */
export function revisionBefore(history: readonly Revision[]): Revision | undefined {
  const newest = history.at(-1)?.revision;
  return inForce(history)
    .filter(({ revision }) => revision !== newest)
    .at(-1);
}
