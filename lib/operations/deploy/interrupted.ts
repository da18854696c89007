import { FailedError } from '../../problems';
import type { Revision } from '../helm';
import type { Kubectl } from '../kubectl';
import { goBack, type WayBack } from './go-back';
import { aimOf, lastGood, revisionBefore } from './history';

/** What a deploy or a rollback left that was killed, as the next deploy finds it. */
export interface Interrupted {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly history: readonly Revision[];
  /** What somebody was at who died holding the Lease: `deploy v1.2.3 after revision 7 by …`. */
  readonly left: string | undefined;
  /** Says when to stop. */
  readonly signal: AbortSignal;
  readonly way: WayBack;
  /** Tries the public services. */
  readonly smoke: () => Promise<void>;
}

/**
 * Puts in order what was interrupted. Helm was at work: goes back to the last good revision, or on to where a rollback was
 * going; a first deploy is forgotten, and the next one takes up what it made. Helm was done: the public services are
 * tried, as the deploy that died would have done, and if they do not answer, this goes back.
 */
export async function settle(interrupted: Interrupted): Promise<void> {
  const { history, left } = interrupted;
  const last = history.at(-1);
  if (last?.status.startsWith('pending-')) await undo(interrupted, last);
  else if (last && isUnjudged(last, left)) await judge(interrupted, last);
}

/** Whether a revision was brought by somebody who died before the end. */
function isUnjudged({ description, revision }: Revision, left = ''): boolean {
  const [, what, before] = /^(.+) after revision (\d+) by /.exec(left) ?? [];
  return what === description && revision > Number(before);
}

async function undo(interrupted: Interrupted, last: Revision): Promise<void> {
  const { history, way } = interrupted;
  way.progress.step(`a deploy of ${last.app_version} was interrupted (${last.status})`);
  const aim = aimOf(last);
  const good = history.find(({ revision }) => revision === aim) ?? lastGood(history);
  if (good) await goBack(way, good);
  else await forget(interrupted, last);
  way.progress.done(good ? `went back to ${named(good)}` : 'it was the first; what it made is taken up');
}

/** Helm refuses to touch a release that is being installed, so its record of that goes. */
async function forget({ kubectl, namespace }: Interrupted, { revision }: Revision): Promise<void> {
  const name = `sh.helm.release.v1.${namespace}.v${revision}`;
  await kubectl.output(['delete', 'secret', name, `--namespace=${namespace}`, '--ignore-not-found']);
}

async function judge({ history, way, signal, smoke }: Interrupted, last: Revision): Promise<void> {
  way.progress.step(`a deploy of ${last.app_version} was interrupted before its smoke tests ended: trying them now`);
  try {
    await smoke();
    way.progress.done('the public services answer');
  } catch (error) {
    // Who stops it has not found the release bad.
    signal.throwIfAborted();
    if (!(error instanceof FailedError)) throw error;
    const before = revisionBefore(history);
    way.progress.step(`they do not answer: ${error.message}`);
    if (before) await goBack(way, before);
    way.progress.done(before ? `went back to ${named(before)}` : 'there is nothing to go back to');
  }
}

function named({ revision, app_version }: Revision): string {
  return `revision ${revision} (${app_version})`;
}
