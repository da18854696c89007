import type { Clock } from './clock';
import type { Lease } from './lease-record';

/** Milliseconds that count at most between two looks: in a longer gap this machine slept, or the cluster was away. */
const longestGap = 10_000;

/**
 * How long a Lease was watched without a change. The times that are written in it are not read: clocks differ, and they
 * are set.
 */
export class Silence {
  private version = '';
  private lookedAt = 0;
  private milliseconds = 0;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** Seconds for which the Lease has not changed under observation, this look included. */
  secondsOf({ metadata: { resourceVersion = '' } }: Lease): number {
    const now = this.clock.elapsed();
    const gap = Math.min(now - this.lookedAt, longestGap);
    this.milliseconds = resourceVersion === this.version ? this.milliseconds + gap : 0;
    [this.version, this.lookedAt] = [resourceVersion, now];
    return this.milliseconds / 1000;
  }
}
