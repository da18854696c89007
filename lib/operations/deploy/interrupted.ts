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
  /** What somebody was at who died holding the Lease: `deploy v1.2.3 by …`. */
  readonly left: string | undefined;
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
  else if (last && left?.startsWith(`${last.description} by `)) await judge(interrupted, last);
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

async function judge({ history, way, smoke }: Interrupted, last: Revision): Promise<void> {
  way.progress.step(`a deploy of ${last.app_version} was interrupted before its smoke tests ended: trying them now`);
  try {
    await smoke();
    way.progress.done('the public services answer');
  } catch (error) {
    const before = revisionBefore(history);
    if (!(error instanceof FailedError) || !before) throw error;
    way.progress.step(`they do not answer: ${error.message}`);
    await goBack(way, before);
    way.progress.done(`went back to ${named(before)}`);
  }
}

function named({ revision, app_version }: Revision): string {
  return `revision ${revision} (${app_version})`;
}
