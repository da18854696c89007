import { setImmediate as turn } from 'node:timers/promises';
import { TestClock } from './test-clock';

/** A test that takes longer than this many days hangs. */
const longestDays = 30;

/**
 * Time that passes by itself, and at once: as soon as everything sleeps, the one that wakes first is woken. A test with it
 * waits for nothing.
 */
export class FakeClock extends TestClock {
  private isRunning = false;

  override sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    const slept = super.sleep(seconds, signal);
    void this.run();
    return slept;
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    // After two turns of the event loop, everything that needs no more than memory has come to its next sleep.
    do {
      await turn();
      await turn();
    } while (this.elapsed() < longestDays * 86_400_000 && this.wakeNext(Number.POSITIVE_INFINITY));
    this.isRunning = false;
  }
}
