import { setTimeout as pause } from 'node:timers/promises';
import type { Helm, Revision } from '../helm';
import { type Kubectl, troubleOf } from '../kubectl';
import type { Progress } from '../progress';
import { readableSpan } from '../readable';

/** Where another deploy may be at work, or may have been killed. */
export interface Place {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
  readonly namespace: string;
  readonly timeoutSeconds: number;
  /** Whether the user knows that nobody is at work any more. */
  readonly abandoned: boolean;
}

/** Milliseconds between two looks at another deploy. */
const interval = 3000;

/** Seconds that Helm may take beside its two waits: for the new pods, and for the old ones when it goes back. */
const reserveSeconds = 300;

/** The revision that a failed deploy goes back to: the one that was in force last. */
export function lastGood(history: readonly Revision[]): Revision | undefined {
  return history.filter(wasInForce).at(-1);
}

/** Whether a revision ever was what ran. Helm calls a first install that failed superseded too, once another follows. */
export function wasInForce({ status, description }: Revision): boolean {
  return status === 'deployed' || (status === 'superseded' && !/ failed: /.test(description));
}

/**
 * The history once nobody is at work: waits for another deploy to end. One that has had its time was killed while Helm was
 * at work; then this goes back to the last good revision, or, if it was the first, forgets the attempt, whose objects the
 * next deploy takes up.
 */
export async function settledHistory(place: Place, progress: Progress): Promise<Revision[]> {
  for (;;) {
    const history = await place.helm.history();
    const last = history.at(-1);
    if (!last?.status.startsWith('pending-')) return history;
    if (place.abandoned || secondsSince(last) >= 2 * place.timeoutSeconds + reserveSeconds) {
      await settle(place, history, last, progress);
    } else {
      progress.update(
        `a deploy of ${last.app_version} began ${readableSpan(secondsSince(last))} ago (${last.status}); waiting for it`,
      );
      await pause(interval);
    }
  }
}

function secondsSince({ updated }: Revision): number {
  return (Date.now() - Date.parse(updated)) / 1000;
}

async function settle(place: Place, history: readonly Revision[], last: Revision, progress: Progress): Promise<void> {
  const good = lastGood(history);
  progress.step(`a deploy of ${last.app_version} was interrupted ${readableSpan(secondsSince(last))} ago`);
  if (good) await goBack(place, good);
  else await forget(place, last);
  progress.done(
    good
      ? `went back to revision ${good.revision} (${good.app_version})`
      : 'it was the first; what it made is taken up',
  );
}

async function goBack({ helm, timeoutSeconds }: Place, { revision }: Revision): Promise<void> {
  const answer = await helm.rollback(revision, timeoutSeconds);
  if (answer.status !== 0) throw troubleOf('helm rollback', answer);
}

/** Helm refuses to touch a release that is being installed, so its record of that goes. */
async function forget({ kubectl, namespace }: Place, { revision }: Revision): Promise<void> {
  const name = `sh.helm.release.v1.${namespace}.v${revision}`;
  await kubectl.output(['delete', 'secret', name, `--namespace=${namespace}`, '--ignore-not-found']);
}
