import { FailedError } from '../problems';
import type { Clock } from './clock';
import { type Lease, LeaseLost, type LeaseRecord } from './lease-record';
import { poll } from './poll';

/** Seconds that a cluster may be silent before whoever asks it gives up. */
const patience = 300;

/** How the Lease is held, until it is given back or lost. */
export class Grip {
  private lost: LeaseLost | undefined;

  constructor(
    private readonly record: LeaseRecord,
    private held: Lease,
    private readonly tell: (lost: LeaseLost) => void,
  ) {}

  /** Gives a sign of life every so many seconds. As long as nobody else takes the Lease, one that fails does no harm. */
  async keep(clock: Clock, seconds: number, done: AbortSignal): Promise<void> {
    while (!done.aborted) {
      await clock.sleep(seconds, done).catch(() => undefined);
      if (!done.aborted) await this.sign({ renewTime: this.record.now }).catch(() => undefined);
    }
  }

  /** A cluster that does not answer for some minutes may still answer. */
  async confirm(clock: Clock): Promise<void> {
    const signed = async () => {
      await this.sign({ renewTime: this.record.now });
      return true;
    };
    const late = () => new FailedError(['the cluster does not answer']);
    await poll(signed, { clock, seconds: patience, late });
    if (this.lost) throw this.lost;
  }

  /** Gives the Lease back. Where that fails, the next one waits until this one counts as dead. */
  async release(): Promise<void> {
    await this.sign({ holderIdentity: undefined }).catch(() => undefined);
  }

  private async sign(change: Lease['spec']): Promise<void> {
    if (this.lost) return;
    const { spec } = this.held;
    const written = await this.record.write(this.held, { ...spec, ...change });
    if (written) {
      this.held = written;
      return;
    }
    // Of a write whose answer was lost nobody here knows the version.
    const found = await this.record.find();
    if (found && found.spec.holderIdentity === spec.holderIdentity) {
      this.held = found;
      return this.sign(change);
    }
    this.lost = new LeaseLost(found?.spec.holderIdentity);
    this.tell(this.lost);
  }
}
