import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../lib/cluster/wait';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that passes only when a test says so. What sleeps must need nothing but the event loop to go on. */
export class TestClock implements Clock {
  private start = Date.parse('2026-11-25T10:00:00Z');
  private time = 0;
  private readonly sleepers = new Set<Sleeper>();
  private readonly listeners: ((seconds: number) => void)[] = [];

  now(): number {
    return this.start + this.time;
  }

  elapsed(): number {
    return this.time;
  }

  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.time + seconds * 1000, wake: () => end(resolve) };
      const abort = () => end(() => reject(new DOMException('This operation was aborted', 'AbortError')));
      const end = (settle: () => void) => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
    });
  }

  /** Sets the machine's clock forward, or back: no time passes. */
  step(seconds: number): void {
    this.start += seconds * 1000;
  }

  /** Lets a machine sleep with all that runs on it: time passes at once, and timers are late. */
  suspend(seconds: number): void {
    this.time += seconds * 1000;
  }

  /** Lets time pass. Whatever sleeps wakes when it is its turn, and works until it sleeps again. */
  async pass(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    for (;;) {
      await settled();
      if (!this.wakeNext(end)) break;
    }
    this.advance(end);
  }

  /** Calls with the seconds that have passed, whenever time passes, before anything wakes. */
  onAdvance(listener: (seconds: number) => void): void {
    this.listeners.push(listener);
  }

  /** Lets time pass to where the next sleeper wakes, if that is no later than a time; returns whether there was one. */
  protected wakeNext(end: number): boolean {
    const [next] = [...this.sleepers].sort((one, other) => one.until - other.until);
    if (!next || next.until > end) return false;
    this.advance(next.until);
    // What listened may have woken it already, by aborting its signal.
    if (this.sleepers.has(next)) next.wake();
    return true;
  }

  private advance(to: number): void {
    const seconds = (to - this.time) / 1000;
    if (seconds <= 0) return;
    this.time = to;
    for (const listener of this.listeners) listener(seconds);
  }
}

/** Waits until nothing goes on by itself any more. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}
