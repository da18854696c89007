import type { Clock } from './clock';

/** Seconds between two looks at the cluster. */
const interval = 2;

/** Looks in a row that may fail: an API server restarts, a laptop changes its network. */
const forgiven = 5;

/** Options of `poll`. */
export interface PollOptions {
  readonly clock: Clock;
  /** Seconds after which to give up. */
  readonly seconds: number;
  /** What to say then. */
  readonly late: () => Error;
  /** Ends the wait before its time. */
  readonly signal?: AbortSignal;
}

/** Looks again and again until there is something to return. */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  { clock, seconds, late, signal }: PollOptions,
): Promise<T> {
  const end = clock.now() + seconds * 1000;
  for (let failed = 0; ; ) {
    signal?.throwIfAborted();
    try {
      const found = await look();
      if (found !== undefined) return found;
      failed = 0;
    } catch (error) {
      failed += 1;
      if (failed > forgiven) throw error;
    }
    if (clock.now() >= end) throw late();
    await clock.sleep(interval, signal);
  }
}
