import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { FailedError } from '../problems';
import type { Clock } from './clock';
import type { Kubectl } from './kubectl';
import { type Lease, LeaseLost, LeaseRecord } from './lease-record';
import { poll } from './poll';
import type { Progress } from './progress';

/** Where the Lease is, and who is told while somebody else holds it. */
export interface LeasePlace {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Seconds without a sign of life after which the holder counts as dead. @default 60 */
  readonly duration?: number;
}

/** A Lease that is held. */
export interface Hold {
  /** Says when to stop: whoever holds it is asked to, or has lost it. */
  readonly signal: AbortSignal;
  /** What somebody was at who died holding it before. */
  readonly left: string | undefined;
  /**
   * Makes sure that it is still held, however long nobody was heard of.
   * @throws LeaseLost if it is not
   */
  confirm(): Promise<void>;
}

/** Seconds between two looks at what somebody else holds. */
const interval = 3;

/** Seconds that a cluster may be silent before whoever asks it gives up. */
const patience = 300;

/** Signs of life in the time after which one counts as dead. */
const signs = 4;

/**
 * The right to change an environment. Deploys, rollbacks and restores hold it while they work, so that none runs into
 * another. One that was killed is not heard of any more, and the next takes over.
 */
export class OperationLease {
  private readonly record: LeaseRecord;
  private readonly duration: number;

  constructor(private readonly place: LeasePlace) {
    this.record = new LeaseRecord(place.kubectl, place.namespace, place.clock);
    this.duration = place.duration ?? 60;
  }

  /** Waits until nobody holds it but the dead. */
  async untilFree(): Promise<void> {
    await this.free();
  }

  /** Holds it while some work is done. */
  async hold<T>(what: string, stop: AbortSignal, work: (hold: Hold) => Promise<T>): Promise<T> {
    const holder = `${what} by ${userInfo().username}@${hostname()} (${randomBytes(3).toString('hex')})`;
    const { held, left } = await this.acquire(holder, stop);
    const controller = new AbortController();
    const pass = () => controller.abort(stop.reason);
    stop.addEventListener('abort', pass);
    if (stop.aborted) pass();
    const grip = new Grip(this.record, held, (lost) => controller.abort(lost));
    const done = new AbortController();
    const kept = grip.keep(this.place.clock, this.duration / signs, done.signal);
    try {
      return await work({ signal: controller.signal, left, confirm: () => grip.confirm(this.place.clock) });
    } finally {
      stop.removeEventListener('abort', pass);
      done.abort();
      await kept;
      await grip.release();
    }
  }

  private async acquire(holderIdentity: string, stop: AbortSignal): Promise<{ held: Lease; left: string | undefined }> {
    for (;;) {
      const free = await this.free(stop);
      const { now } = this.record;
      const spec = { holderIdentity, leaseDurationSeconds: this.duration, acquireTime: now, renewTime: now };
      const held = await this.record.write(free, spec);
      if (held) return { held, left: free?.spec.holderIdentity };
    }
  }

  /** The Lease once nobody holds it but the dead; undefined if there never was one. */
  private async free(stop?: AbortSignal): Promise<Lease | undefined> {
    const { clock, progress } = this.place;
    let [seen, since] = ['', clock.now()];
    for (;;) {
      const lease = await this.record.find();
      const holder = lease?.spec.holderIdentity;
      if (!lease || !holder) return lease;
      // Clocks differ, so what counts is how long nothing of it was seen to change.
      const { resourceVersion = '' } = lease.metadata;
      if (seen !== resourceVersion) [seen, since] = [resourceVersion, clock.now()];
      if (clock.now() - since >= (lease.spec.leaseDurationSeconds ?? this.duration) * 1000) return lease;
      progress.update(`waiting for ${holder}`);
      await clock.sleep(interval, stop);
    }
  }
}

/** How the Lease is held, until it is given back or lost. */
class Grip {
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
    const found = await this.record.find();
    if (found && found.spec.holderIdentity === spec.holderIdentity) {
      this.held = found;
      return;
    }
    this.lost = new LeaseLost(found?.spec.holderIdentity);
    this.tell(this.lost);
  }
}
