import { setTimeout as pause } from 'node:timers/promises';

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

/** Tries until it succeeds, patience ends, or the signal comes. */
export async function attempt(
  act: () => Promise<void>,
  { firstPause, bound }: Patience,
  signal?: AbortSignal,
): Promise<Attempts> {
  const end = performance.now() + bound;
  for (let [count, wait] = [1, firstPause]; ; count += 1, wait *= 2) {
    const begin = performance.now();
    const error = await act().then(
      () => undefined,
      (failure: unknown) => failure ?? new Error('failed without a word'),
    );
    const now = performance.now();
    const ended = error === undefined || now + wait > end || (await pause(wait, false, { signal }).catch(() => true));
    if (ended) return { count, milliseconds: Math.round(now - begin), error };
  }
}
