import { setTimeout } from 'node:timers/promises';

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
