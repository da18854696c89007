import type { Revision } from '../../cluster/helm-client';

/** How Helm describes a revision that goes back to another, while it does and afterwards. */
const wayBack = /^Rollback to (\d+)$/;

/** How the description begins of a revision that was never waited for: what it brought may not work. */
export const unverifiedPrefix = 'begin ';

/** Whether a revision ever was what ran. Helm calls a first install that failed superseded too, once another follows. */
export function wasDeployed({ status, description }: Revision): boolean {
  if (description.startsWith(unverifiedPrefix)) return false;
  return status === 'deployed' || (status === 'superseded' && !/ failed: /.test(description));
}

/** The revision that a revision goes back to, by its description: also one that was interrupted at that. */
export function rollbackTargetOf({ description }: Revision): number | undefined {
  const [, aim] = wayBack.exec(description) ?? [];
  return aim === undefined ? undefined : Number(aim);
}

/** The revision whose manifests a revision brought: its own, or those of what it went back to. */
export function sourceRevision(revision: Revision, history: readonly Revision[]): number {
  const aim = rollbackTargetOf(revision);
  if (aim === undefined) return revision.revision;
  const target = history.find((candidate) => candidate.revision === aim);
  return target ? sourceRevision(target, history) : aim;
}

/**
 * What was in force, the newest last, without what was gone back from: somebody, or a smoke test, had found that no good.
 * A way back stands for what it went back to.
 */
export function effectiveRevisions(history: readonly Revision[]): Revision[] {
  return history.filter(wasDeployed).reduce<Revision[]>((before, revision) => {
    const origin = sourceRevision(revision, history);
    const again = before.findIndex((candidate) => sourceRevision(candidate, history) === origin);
    return [...(again < 0 ? before : before.slice(0, again)), revision];
  }, []);
}

/** The revision that a failed deploy goes back to: the one that is in force, or was before others failed. */
export function lastSuccessful(history: readonly Revision[]): Revision | undefined {
  return effectiveRevisions(history).at(-1);
}

/** The revision that stands behind the newest one, where somebody goes who wants the newest away. */
export function previousSuccessful(history: readonly Revision[]): Revision | undefined {
  const newest = history.at(-1)?.revision;
  return effectiveRevisions(history)
    .filter(({ revision }) => revision !== newest)
    .at(-1);
}
