import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { KubernetesClient } from './kubernetes-client';
import { type Lease, LeaseClient, LeaseObserver, LockRenewal } from './lease';
import type { Progress } from './operation-context';
import { type Clock, retryDuringOutage } from './wait';

/** Where the lock is, and who takes it. */
export interface LockOptions {
  readonly kubectl: KubernetesClient;
  readonly namespace: string;
  /** Reports the holder that a wait is for. */
  readonly progress: Progress;
  readonly clock: Clock;
  /** Seconds without a renewal after which the lock has expired. @default 60 */
  readonly duration?: number;
}

export interface HeldLock {
  /** Aborts when the lock is lost, or when the user stops the operation. */
  readonly signal: AbortSignal;
  /** Description left by the previous holder, if its lock expired. */
  readonly previousHolder: string | undefined;
  /**
   * Renews the lock now.
   * @throws LockLostError if another holder has taken it
   */
  ensureHeld(): Promise<void>;
}

/** Seconds between two reads of a lock that another holder has. */
const pollInterval = 3;

/** Renewals in the time after which the lock expires. */
const renewalsPerDuration = 4;

/**
 * The exclusive right to change an environment. Deploys, rollbacks and restores hold it while they work. If the process of
 * a holder is killed, its lock expires, and the next operation takes it over.
 */
export class OperationLock {
  private readonly leases: LeaseClient;
  private readonly duration: number;
  private readonly expiry: LeaseObserver;

  constructor(private readonly options: LockOptions) {
    this.leases = new LeaseClient(options.kubectl, options.namespace, options.clock);
    this.duration = options.duration ?? 60;
    this.expiry = new LeaseObserver(options.clock);
  }

  /** Waits until the lock is free or has expired. */
  async waitUntilFree(): Promise<void> {
    await this.findFree();
  }

  /**
   * Runs work while holding the lock, and releases it afterwards.
   * @param description of the work, for others who wait for the lock
   * @param stop ends the wait for the lock, and aborts the signal of the held lock
   */
  async withLock<T>(description: string, stop: AbortSignal, work: (lock: HeldLock) => Promise<T>): Promise<T> {
    const { clock } = this.options;
    const { lease, previousHolder } = await this.acquire(holderOf(description), stop);
    const controller = new AbortController();
    const abort = () => controller.abort(stop.reason);
    stop.addEventListener('abort', abort);
    if (stop.aborted) abort();
    const renewal = new LockRenewal(this.leases, lease, (lost) => controller.abort(lost));
    const done = new AbortController();
    const renewing = renewal.renewPeriodically(clock, this.duration / renewalsPerDuration, done.signal);
    try {
      return await work({
        signal: controller.signal,
        previousHolder,
        ensureHeld: () => renewal.ensureHeld(clock),
      });
    } finally {
      stop.removeEventListener('abort', abort);
      done.abort();
      await renewing;
      await renewal.release();
    }
  }

  private async acquire(
    holderIdentity: string,
    stop: AbortSignal,
  ): Promise<{ lease: Lease; previousHolder: string | undefined }> {
    for (;;) {
      stop.throwIfAborted();
      const free = await this.findFree(stop);
      const { now } = this.leases;
      const spec = { holderIdentity, leaseDurationSeconds: this.duration, acquireTime: now, renewTime: now };
      const lease = await this.leases.write(free, spec);
      if (lease) return { lease, previousHolder: free?.spec.holderIdentity };
    }
  }

  /** Waits until the Lease is free or has expired, and returns it; undefined if it does not exist yet. */
  private async findFree(stop?: AbortSignal): Promise<Lease | undefined> {
    let announcedHolder = '';
    for (let lease = await this.leases.find(); ; lease = await this.findLater(stop)) {
      const holder = lease?.spec.holderIdentity;
      if (!lease || !holder) return lease;
      if (this.expiry.secondsUnchanged(lease) >= (lease.spec.leaseDurationSeconds ?? this.duration)) return lease;
      if (announcedHolder !== holder) this.options.progress.step(`Waiting for ${holder}`);
      announcedHolder = holder;
    }
  }

  /** Reads the Lease again after a pause. An outage of some minutes does not end the wait. */
  private async findLater(stop?: AbortSignal): Promise<Lease | undefined> {
    const { clock } = this.options;
    await clock.sleep(pollInterval, stop);
    return retryDuringOutage(() => this.leases.find(), { clock, signal: stop });
  }
}

/** Identifies the holder to others who wait: what it does, where it runs, and a part that makes it unique. */
function holderOf(description: string): string {
  return `${description} by ${userName()}@${hostname()} (${randomBytes(3).toString('hex')})`;
}

/** The account of this process. A container may run with a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
