import type { Revision } from '../../cluster/helm-client';
import { UsageError } from '../../platform/errors';

/** How Helm describes a rollback to a revision, while it runs and afterwards. */
const rollbackDescription = /^Rollback to (\d+)$/;

/** Prefix of the description of a revision that was not waited for, so that it may not work. */
export const unverifiedPrefix = 'begin ';

/** Formats a revision for messages: `revision 7 (v1.2.3)`. */
export function describeRevision({ revision, app_version }: Revision): string {
  return `revision ${revision} (${app_version})`;
}

/** Whether a revision ever was deployed successfully. Helm marks a failed first install as superseded too. */
export function wasDeployed({ status, description }: Revision): boolean {
  if (description.startsWith(unverifiedPrefix)) return false;
  return status === 'deployed' || (status === 'superseded' && !/ failed: /.test(description));
}

/** The revision that a rollback went to, by its description, finished or not; undefined if it is no rollback. */
export function parseRollbackTarget({ description }: Revision): number | undefined {
  const [, target] = rollbackDescription.exec(description) ?? [];
  return target === undefined ? undefined : Number(target);
}

/** The revision whose manifests a revision has: its own, or those of the target of a rollback. */
function findSourceRevision(revision: Revision, history: readonly Revision[]): number {
  const target = parseRollbackTarget(revision);
  if (target === undefined) return revision.revision;
  const found = history.find((candidate) => candidate.revision === target);
  return found ? findSourceRevision(found, history) : target;
}

/** Successful revisions, oldest first, without those that were later rolled back. A rollback counts as its target. */
function selectEffectiveRevisions(history: readonly Revision[]): Revision[] {
  return history.filter(wasDeployed).reduce<Revision[]>((before, revision) => {
    const source = findSourceRevision(revision, history);
    const again = before.findIndex((candidate) => findSourceRevision(candidate, history) === source);
    return [...(again < 0 ? before : before.slice(0, again)), revision];
  }, []);
}

/** The revision that a failed deploy rolls back to: the last one that was deployed successfully. */
export function findLastSuccessful(history: readonly Revision[]): Revision | undefined {
  // The newest successful revision is always effective: only a later one could have rolled it back.
  return history.filter(wasDeployed).at(-1);
}

/** The last successful revision before the newest one, without those that were rolled back. */
export function findPreviousSuccessful(history: readonly Revision[]): Revision | undefined {
  const newest = history.at(-1)?.revision;
  return selectEffectiveRevisions(history)
    .filter(({ revision }) => revision !== newest)
    .at(-1);
}

/**
 * Selects the Helm revision to roll back to.
 *
 * @param requested revision number as typed. @default - the last successful revision before the newest one
 * @throws UsageError if the revision was never deployed successfully, or is already running
 */
export function selectRollbackTarget(history: readonly Revision[], requested?: string): Revision {
  const deployed = history.filter(wasDeployed);
  const available = `deployed revisions: ${deployed.map(({ revision }) => revision).join(', ') || 'none'}`;
  const target =
    requested === undefined
      ? findPreviousSuccessful(history)
      : deployed.find(({ revision }) => String(revision) === requested);
  if (!target && requested === undefined) throw new UsageError(`no earlier release to roll back to (${available})`);
  if (!target) throw new UsageError(`revision ${requested} was never deployed successfully (${available})`);
  if (isCurrent(target, history)) {
    throw new UsageError(`${describeRevision(target)} is already running (${available})`);
  }
  return target;
}

/** Whether the newest revision is successful and has the manifests of another one. */
function isCurrent(target: Revision, history: readonly Revision[]): boolean {
  const newest = history.at(-1);
  if (!newest || !wasDeployed(newest)) return false;
  return findSourceRevision(newest, history) === findSourceRevision(target, history);
}
