import { setTimeout } from 'node:timers/promises';

/** Seconds between two looks at the cluster. */
const interval = 2;

/** Seconds in which no look has to work: an API server is replaced, a laptop changes its network. */
const outageToleranceSeconds = 300;

/** Options of `poll`. */
export interface PollOptions {
  readonly clock: Clock;
  /** Seconds after which to give up. */
  readonly seconds: number;
  /** What to say then. A look that fails at that moment says it itself. */
  readonly onTimeout: () => Error;
  /** Ends the wait before its time. */
  readonly signal?: AbortSignal;
}

/** Looks again and again until there is something to return. */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined>,
  { clock, seconds, onTimeout: late, signal }: PollOptions,
): Promise<T> {
  const end = clock.elapsed() + seconds * 1000;
  for (let answered = clock.elapsed(); ; ) {
    signal?.throwIfAborted();
    try {
      const found = await probe();
      if (found !== undefined) return found;
      answered = clock.elapsed();
    } catch (error) {
      if (clock.elapsed() >= Math.min(end, answered + outageToleranceSeconds * 1000)) throw error;
    }
    if (answered >= end) throw late();
    await clock.sleep(interval, signal);
  }
}

/** How long something is tried again, in milliseconds. */
export interface RetryPolicy {
  /** Pause after the first try. Each further one is twice as long. */
  readonly firstPause: number;
  /** Time after which no new try begins. */
  readonly timeoutMs: number;
}

/** How trying ended. */
export interface RetryResult {
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
export async function retry(
  act: () => Promise<void>,
  { firstPause, timeoutMs: bound }: RetryPolicy,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<RetryResult> {
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

/** Time as an operation sees it. */
export interface Clock {
  /** Milliseconds since 1970, as this machine has them: for what is written and printed. */
  now(): number;
  /** Milliseconds since an arbitrary start, unmoved when the machine's clock is set: for durations and timeouts. */
  elapsed(): number;
  /** Waits; rejects as soon as the signal aborts. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (seconds, signal) => setTimeout(seconds * 1000, undefined, { signal }),
};
