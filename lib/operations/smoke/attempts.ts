import { type Clock, systemClock } from '../clock';

/** How long something is tried again, in milliseconds. */
export interface Patience {
  /** Pause after the first try. Each further one is twice as long. */
  readonly firstPause: number;
  /** Time after which no new try begins. */
  readonly bound: number;
}

/** How trying ended. */
export interface Attempts {
  readonly count: number;
  /** Milliseconds that the last try took. */
  readonly milliseconds: number;
  /** What the last try failed with; nothing if it succeeded. */
  readonly error: unknown;
}

/**
 * Tries until it succeeds, patience ends, or the signal comes.
 * @param signal after which nothing is tried again. @default - nobody stops it
 * @param clock the time that pauses take. @default - this machine's
 */
export async function attempt(
  act: () => Promise<void>,
  { firstPause, bound }: Patience,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<Attempts> {
  const end = clock.elapsed() + bound;
  for (let [count, wait] = [1, firstPause]; ; count += 1, wait *= 2) {
    const begin = clock.elapsed();
    const error = await act().then(
      () => undefined,
      (failure: unknown) => failure ?? new Error('failed without a word'),
    );
    const now = clock.elapsed();
    const isLast = error === undefined || now + wait > end;
    if (isLast || !(await waited(clock.sleep(wait / 1000, signal))))
      return { count, milliseconds: Math.round(now - begin), error };
  }
}

/** Whether a pause took its time; a signal ends it before. */
function waited(sleep: Promise<void>): Promise<boolean> {
  return sleep.then(
    () => true,
    () => false,
  );
}
