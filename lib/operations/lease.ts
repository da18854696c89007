import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { FailedError } from '../problems';
import type { Clock } from './clock';
import type { Kubectl } from './kubectl';
import { Grip } from './lease-grip';
import { type Lease, LeaseRecord } from './lease-record';
import { Silence } from './lease-silence';
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

/** Seconds for which the cluster may be away while this waits. */
const outageSeconds = 300;

/** Signs of life in the time after which one counts as dead. */
const signs = 4;

/**
 * The right to change an environment. Deploys, rollbacks and restores hold it while they work, so that none runs into
 * another. One that was killed is not heard of any more, and the next takes over.
 */
export class OperationLease {
  private readonly record: LeaseRecord;
  private readonly duration: number;
  private readonly silence: Silence;

  constructor(private readonly place: LeasePlace) {
    this.record = new LeaseRecord(place.kubectl, place.namespace, place.clock);
    this.duration = place.duration ?? 60;
    this.silence = new Silence(place.clock);
  }

  /** Waits until nobody holds it but the dead. */
  async untilFree(): Promise<void> {
    await this.free();
  }

  /** Holds it while some work is done. */
  async hold<T>(what: string, stop: AbortSignal, work: (hold: Hold) => Promise<T>): Promise<T> {
    const holder = `${what} by ${process.env.USER ?? 'somebody'}@${hostname()} (${randomBytes(3).toString('hex')})`;
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
      stop.throwIfAborted();
      const free = await this.free(stop);
      const { now } = this.record;
      const spec = { holderIdentity, leaseDurationSeconds: this.duration, acquireTime: now, renewTime: now };
      const held = await this.record.write(free, spec);
      if (held) return { held, left: free?.spec.holderIdentity };
    }
  }

  /** The Lease once nobody holds it but the dead; undefined if there never was one. */
  private async free(stop?: AbortSignal): Promise<Lease | undefined> {
    let told = '';
    for (let lease = await this.record.find(); ; lease = await this.findLater(stop)) {
      const holder = lease?.spec.holderIdentity;
      if (!lease || !holder) return lease;
      if (this.silence.secondsOf(lease) >= (lease.spec.leaseDurationSeconds ?? this.duration)) return lease;
      if (told !== holder) this.place.progress.step(`wait for ${holder}`);
      told = holder;
    }
  }

  /** The next look at it. A cluster that is away for some minutes ends no wait. */
  private async findLater(stop?: AbortSignal): Promise<Lease | undefined> {
    const { clock } = this.place;
    await clock.sleep(interval, stop);
    const look = async () => ({ lease: await this.record.find() });
    const late = () => new FailedError(['the cluster does not answer']);
    const { lease } = await poll(look, { clock, seconds: outageSeconds, signal: stop, late });
    return lease;
  }
}
