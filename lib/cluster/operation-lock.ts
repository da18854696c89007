import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { OperationError } from '../platform/errors';
import type { KubernetesClient } from './kubernetes-client';
import { type Lease, LeaseClient, LockLostError } from './lease-client';
import type { Progress } from './operation-context';
import type { Clock } from './wait';
import { waitUntil } from './wait';

/** Where the Lease is, and who is told while somebody else holds it. */
export interface LockOptions {
  readonly kubectl: KubernetesClient;
  readonly namespace: string;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Seconds without a sign of life after which the holder counts as dead. @default 60 */
  readonly duration?: number;
}

/** A Lease that is held. */
export interface HeldLock {
  /** Says when to stop: whoever holds it is asked to, or has lost it. */
  readonly signal: AbortSignal;
  /** What somebody was at who died holding it before. */
  readonly previousHolder: string | undefined;
  /**
   * Makes sure that it is still held, however long nobody was heard of.
   * @throws LeaseLost if it is not
   */
  ensureHeld(): Promise<void>;
}

/** Seconds between two looks at what somebody else holds. */
const interval = 3;

/** Seconds for which the cluster may be away while this waits. */
const outageSeconds = 300;

/** Signs of life in the time after which one counts as dead. */
const renewalsPerDuration = 4;

/**
 * The right to change an environment. Deploys, rollbacks and restores hold it while they work, so that none runs into
 * another. One that was killed is not heard of any more, and the next takes over.
 */
export class OperationLock {
  private readonly record: LeaseClient;
  private readonly duration: number;
  private readonly silence: Silence;

  constructor(private readonly place: LockOptions) {
    this.record = new LeaseClient(place.kubectl, place.namespace, place.clock);
    this.duration = place.duration ?? 60;
    this.silence = new Silence(place.clock);
  }

  /** Waits until nobody holds it but the dead. */
  async waitUntilFree(): Promise<void> {
    await this.free();
  }

  /** Holds it while some work is done. */
  async withLock<T>(what: string, stop: AbortSignal, work: (withLock: HeldLock) => Promise<T>): Promise<T> {
    const holder = `${what} by ${process.env.USER ?? 'somebody'}@${hostname()} (${randomBytes(3).toString('hex')})`;
    const { held, left } = await this.acquire(holder, stop);
    const controller = new AbortController();
    const pass = () => controller.abort(stop.reason);
    stop.addEventListener('abort', pass);
    if (stop.aborted) pass();
    const grip = new LockRenewal(this.record, held, (lost) => controller.abort(lost));
    const done = new AbortController();
    const kept = grip.renewPeriodically(this.place.clock, this.duration / renewalsPerDuration, done.signal);
    try {
      return await work({
        signal: controller.signal,
        previousHolder: left,
        ensureHeld: () => grip.ensureHeld(this.place.clock),
      });
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
    let announcedHolder = '';
    for (let lease = await this.record.find(); ; lease = await this.findLater(stop)) {
      const holder = lease?.spec.holderIdentity;
      if (!lease || !holder) return lease;
      if (this.silence.secondsOf(lease) >= (lease.spec.leaseDurationSeconds ?? this.duration)) return lease;
      if (announcedHolder !== holder) this.place.progress.step(`wait for ${holder}`);
      announcedHolder = holder;
    }
  }

  /** The next look at it. A cluster that is away for some minutes ends no wait. */
  private async findLater(stop?: AbortSignal): Promise<Lease | undefined> {
    const { clock } = this.place;
    await clock.sleep(interval, stop);
    const look = async () => ({ lease: await this.record.find() });
    const late = () => new OperationError(['the cluster does not answer']);
    const { lease } = await waitUntil(look, { clock, seconds: outageSeconds, signal: stop, onTimeout: late });
    return lease;
  }
}

/** Seconds that a cluster may be silent before whoever asks it gives up. */
const outageToleranceSeconds = 300;

/** How the Lease is held, until it is given back or lost. */
export class LockRenewal {
  private lost: LockLostError | undefined;

  constructor(
    private readonly record: LeaseClient,
    private held: Lease,
    private readonly onLost: (lost: LockLostError) => void,
  ) {}

  /** Gives a sign of life every so many seconds. As long as nobody else takes the Lease, one that fails does no harm. */
  async renewPeriodically(clock: Clock, seconds: number, done: AbortSignal): Promise<void> {
    while (!done.aborted) {
      await clock.sleep(seconds, done).catch(() => undefined);
      if (!done.aborted) await this.renew({ renewTime: this.record.now }).catch(() => undefined);
    }
  }

  /** A cluster that does not answer for some minutes may still answer. */
  async ensureHeld(clock: Clock): Promise<void> {
    const signed = async () => {
      await this.renew({ renewTime: this.record.now });
      return true;
    };
    const late = () => new OperationError(['the cluster does not answer']);
    await waitUntil(signed, { clock, seconds: outageToleranceSeconds, onTimeout: late });
    if (this.lost) throw this.lost;
  }

  /** Gives the Lease back. Where that fails, the next one waits until this one counts as dead. */
  async release(): Promise<void> {
    await this.renew({ holderIdentity: undefined }).catch(() => undefined);
  }

  private async renew(change: Lease['spec']): Promise<void> {
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
      return this.renew(change);
    }
    this.lost = new LockLostError(found?.spec.holderIdentity);
    this.onLost(this.lost);
  }
}

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
