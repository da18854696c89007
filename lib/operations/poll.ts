import type { Clock } from './clock';

/** Seconds between two looks at the cluster. */
const interval = 2;

/** Seconds in which no look has to work: an API server is replaced, a laptop changes its network. */
const forgiven = 300;

/** Options of `poll`. */
export interface PollOptions {
  readonly clock: Clock;
  /** Seconds after which to give up. */
  readonly seconds: number;
  /** What to say then. A look that fails at that moment says it itself. */
  readonly late: () => Error;
  /** Ends the wait before its time. */
  readonly signal?: AbortSignal;
}

/** Looks again and again until there is something to return. */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  { clock, seconds, late, signal }: PollOptions,
): Promise<T> {
  const end = clock.elapsed() + seconds * 1000;
  for (let answered = clock.elapsed(); ; ) {
    signal?.throwIfAborted();
    try {
      const found = await look();
      if (found !== undefined) return found;
      answered = clock.elapsed();
    } catch (error) {
      if (clock.elapsed() >= Math.min(end, answered + forgiven * 1000)) throw error;
    }
    if (answered >= end) throw late();
    await clock.sleep(interval, signal);
  }
}
