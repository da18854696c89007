import type { Revision } from '../../cluster/helm-client';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { OperationError } from '../../platform/errors';
import { lastSuccessful, previousSuccessful, rollbackTargetOf } from '../rollback/release-history';
import { type RollbackContext, rollBackTo } from '../rollback/rollback';

/** What a deploy or a rollback left that was killed, as the next deploy finds it. */
export interface InterruptedDeploy {
  readonly kubectl: KubernetesClient;
  readonly namespace: string;
  readonly history: readonly Revision[];
  /** What somebody was at who died holding the Lease: `deploy v1.2.3 after revision 7 by …`. */
  readonly previousHolder: string | undefined;
  /** Says when to stop. */
  readonly signal: AbortSignal;
  readonly way: RollbackContext;
  /** Tries the public services. */
  readonly smoke: () => Promise<void>;
}

/**
 * Puts in order what was interrupted. Helm was at work: goes back to the last good revision, or on to where a rollback was
 * going; a first deploy is forgotten, and the next one takes up what it made. Helm was done: the public services are
 * tried, as the deploy that died would have done, and if they do not answer, this goes back.
 */
export async function recoverInterrupted(interrupted: InterruptedDeploy): Promise<void> {
  const { history, previousHolder: left } = interrupted;
  const last = history.at(-1);
  if (last?.status.startsWith('pending-')) await rollBackPending(interrupted, last);
  else if (last && isUnverified(last, left)) await verifyUnfinishedRelease(interrupted, last);
}

/** Whether a revision was brought by somebody who died before the end. */
function isUnverified({ description, revision }: Revision, previousHolder = ''): boolean {
  const [, what, before] = /^(.+) after revision (\d+) by /.exec(previousHolder) ?? [];
  return what === description && revision > Number(before);
}

async function rollBackPending(interrupted: InterruptedDeploy, last: Revision): Promise<void> {
  const { history, way } = interrupted;
  way.progress.step(`a deploy of ${last.app_version} was interrupted (${last.status})`);
  const aim = rollbackTargetOf(last);
  const good = history.find(({ revision }) => revision === aim) ?? lastSuccessful(history);
  if (good) await rollBackTo(way, good);
  else await deletePendingRecord(interrupted, last);
  way.progress.succeed(good ? `went back to ${named(good)}` : 'it was the first; what it made is taken up');
}

/** Helm refuses to touch a release that is being installed, so its record of that goes. */
async function deletePendingRecord({ kubectl, namespace }: InterruptedDeploy, { revision }: Revision): Promise<void> {
  await kubectl.delete(`secret/sh.helm.release.v1.${namespace}.v${revision}`, namespace);
}

async function verifyUnfinishedRelease(
  { history, way, signal, smoke }: InterruptedDeploy,
  last: Revision,
): Promise<void> {
  way.progress.step(`a deploy of ${last.app_version} was interrupted before its smoke tests ended: trying them now`);
  try {
    await smoke();
    way.progress.succeed('the public services answer');
  } catch (error) {
    // Who stops it has not found the release bad.
    signal.throwIfAborted();
    if (!(error instanceof OperationError)) throw error;
    const before = previousSuccessful(history);
    way.progress.step(`they do not answer: ${error.message}`);
    if (before) await rollBackTo(way, before);
    way.progress.succeed(before ? `went back to ${named(before)}` : 'there is nothing to go back to');
  }
}

function named({ revision, app_version }: Revision): string {
  return `revision ${revision} (${app_version})`;
}
