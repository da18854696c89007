import { setTimeout } from 'node:timers/promises';

/** Time as an operation sees it. */
export interface Clock {
  /** Milliseconds since 1970 by the clock of this machine: for what is written and printed. */
  now(): number;
  /** Milliseconds since an arbitrary start, unaffected when the clock is set: for durations and timeouts. */
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

/** Seconds between two probes of the cluster. */
const interval = 2;

/** Seconds in which every probe may fail: an API server is replaced, a laptop changes its network. */
const outageToleranceSeconds = 300;

export interface WaitOptions {
  readonly clock: Clock;
  /** Seconds after which to give up. */
  readonly seconds: number;
  /** Creates the error of a timeout. If the last probe failed, its own error is thrown. */
  readonly onTimeout: () => Error;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
}

/** Probes again and again until there is a value to return. */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined>,
  { clock, seconds, onTimeout, signal }: WaitOptions,
): Promise<T> {
  const end = clock.elapsed() + seconds * 1000;
  for (let answeredAt = clock.elapsed(); ; ) {
    signal?.throwIfAborted();
    try {
      const found = await probe();
      if (found !== undefined) return found;
      answeredAt = clock.elapsed();
    } catch (error) {
      if (clock.elapsed() >= Math.min(end, answeredAt + outageToleranceSeconds * 1000)) throw error;
    }
    if (answeredAt >= end) throw onTimeout();
    await clock.sleep(interval, signal);
  }
}

/**
 * Sends a request again and again while it fails, as during an outage.
 * @param options with the seconds after which to give up; 300 unless stated
 * @throws the error of the last request
 */
export async function retryDuringOutage<T>(
  request: () => Promise<T>,
  {
    clock,
    seconds = outageToleranceSeconds,
    signal,
  }: Pick<WaitOptions, 'clock' | 'signal'> & Partial<Pick<WaitOptions, 'seconds'>>,
): Promise<T> {
  const end = clock.elapsed() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await request();
    } catch (error) {
      if (clock.elapsed() >= end) throw error;
    }
    await clock.sleep(interval, signal);
  }
}

/** How long an action is retried, in milliseconds. */
export interface RetryPolicy {
  /** Pause after the first attempt. Each further one is twice as long. */
  readonly firstPause: number;
  /** Time after which no new attempt starts. */
  readonly timeoutMs: number;
}

/** How the attempts ended. */
export interface RetryResult {
  /** Number of attempts. */
  readonly count: number;
  /** Milliseconds that the last attempt took. */
  readonly milliseconds: number;
  /** Error of the last attempt; undefined if it succeeded. */
  readonly error: unknown;
}

/**
 * Retries an action until it succeeds, the time is up, or the signal aborts.
 * @param signal after which there is no further attempt. @default - none
 */
export async function retry(
  action: () => Promise<void>,
  { firstPause, timeoutMs }: RetryPolicy,
  clock: Clock,
  signal?: AbortSignal,
): Promise<RetryResult> {
  const end = clock.elapsed() + timeoutMs;
  for (let [count, pause] = [1, firstPause]; ; count += 1, pause *= 2) {
    const start = clock.elapsed();
    const error = await action().then(
      () => undefined,
      (failure: unknown) => failure ?? new Error('failed without a message'),
    );
    const now = clock.elapsed();
    const isLast = error === undefined || now + pause > end;
    if (isLast || !(await completes(clock.sleep(pause / 1000, signal))))
      return { count, milliseconds: Math.round(now - start), error };
  }
}

/** Whether a pause takes its full time; a signal ends it early. */
function completes(sleep: Promise<void>): Promise<boolean> {
  return sleep.then(
    () => true,
    () => false,
  );
}
