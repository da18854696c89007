import { setTimeout } from 'node:timers/promises';

/** Time as an operation sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; rejects as soon as the signal comes. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (seconds, signal) => setTimeout(seconds * 1000, undefined, { signal }),
};
