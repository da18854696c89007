import { OperationError } from '../platform/errors';
import { isRefused } from './errors';
import type { KubernetesClient, KubernetesObject } from './kubernetes-client';
import { type Clock, retryDuringOutage } from './wait';

/** A Lease of the Kubernetes API: the holder of a lock, and its last renewal. */
export interface Lease extends KubernetesObject {
  readonly spec: {
    /** Undefined while the lock is free. */
    readonly holderIdentity?: string;
    /** Seconds without a renewal after which the lock has expired. */
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
  };
}

/** Limits each request, so that one that hangs does not cost the lock. */
const timeoutSeconds = 10;

/** Name of the one Lease of an environment. */
export const operationLease = 'operation';

/** Reads and writes the Lease of an environment. */
export class LeaseClient {
  constructor(
    private readonly kubectl: KubernetesClient,
    private readonly namespace: string,
    private readonly clock: Clock,
  ) {}

  find(): Promise<Lease | undefined> {
    return this.kubectl.find<Lease>(`lease/${operationLease}`, this.namespace, { timeoutSeconds });
  }

  /** Writes the Lease in place of the version that was read; undefined if another writer was faster. */
  async write(read: Lease | undefined, spec: Lease['spec']): Promise<Lease | undefined> {
    const metadata = read?.metadata ?? { name: operationLease, namespace: this.namespace };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    try {
      return await (read
        ? this.kubectl.replace(lease, { timeoutSeconds })
        : this.kubectl.create<Lease>(lease, { timeoutSeconds }));
    } catch (error) {
      if (isRefused(error, 'AlreadyExists', 'Conflict') || (read && isRefused(error, 'NotFound'))) return undefined;
      throw error;
    }
  }

  /** The time with the microseconds that the API requires. */
  get now(): string {
    return new Date(this.clock.now()).toISOString().replace('Z', '000Z');
  }
}

/** Another holder has taken the lock, since it was not renewed in time. All changes to the cluster must stop. */
export class LockLostError extends OperationError {
  /** @param holder that has the lock now. @default - none, since the Lease was deleted */
  constructor(holder: string | undefined) {
    const cause = holder === undefined ? 'its Lease was deleted' : `${holder} took it over after it expired`;
    super([`the lock is lost: ${cause}`]);
  }
}

/**
 * Reads the time of the cluster in milliseconds since 1970: when its API server recorded the last renewal of the lock, which
 * a running operation renews several times a minute. It does not depend on the clock of this machine.
 * @returns undefined if there is no lock, or its server records no times
 */
export async function readServerTime(kubectl: KubernetesClient, namespace: string): Promise<number | undefined> {
  const lease = await kubectl.find(`lease/${operationLease}`, namespace, { managedFields: true });
  const times = (lease?.metadata.managedFields ?? []).map(({ time = '' }) => Date.parse(time));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Renews the lock until it is released or lost. */
export class LockRenewal {
  private lost: LockLostError | undefined;

  constructor(
    private readonly leases: LeaseClient,
    private lease: Lease,
    private readonly onLost: (lost: LockLostError) => void,
  ) {}

  /** Renews the lock every so many seconds. A failed renewal does no harm as long as no other holder takes the lock. */
  async renewPeriodically(clock: Clock, seconds: number, done: AbortSignal): Promise<void> {
    while (!done.aborted) {
      await clock.sleep(seconds, done).catch(() => undefined);
      if (!done.aborted) await this.renew({ renewTime: this.leases.now }).catch(() => undefined);
    }
  }

  /** Renews the lock now, and retries during an outage of some minutes. */
  async ensureHeld(clock: Clock): Promise<void> {
    const renew = () => this.renew({ renewTime: this.leases.now });
    await retryDuringOutage(renew, { clock });
    if (this.lost) throw this.lost;
  }

  /** Releases the lock. If that fails, the lock expires. */
  async release(): Promise<void> {
    await this.renew({ holderIdentity: undefined }).catch(() => undefined);
  }

  private async renew(change: Lease['spec']): Promise<void> {
    if (this.lost) return;
    const { spec } = this.lease;
    const written = await this.leases.write(this.lease, { ...spec, ...change });
    if (written) {
      this.lease = written;
      return;
    }
    // If the answer to an earlier write was lost, the Lease is ours at a version that is unknown here.
    const found = await this.leases.find();
    if (found && found.spec.holderIdentity === spec.holderIdentity) {
      this.lease = found;
      return this.renew(change);
    }
    this.lost = new LockLostError(found?.spec.holderIdentity);
    this.onLost(this.lost);
  }
}

/** Milliseconds between two reads that count at most: in a longer gap this machine slept, or the cluster was away. */
const longestGap = 10_000;

/** Measures how long a Lease has not changed. It reads none of the Lease's times, since clocks differ and are set. */
export class LeaseObserver {
  private version = '';
  private readAt = 0;
  private milliseconds = 0;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** Records a read of the Lease and returns the seconds for which it has not changed. */
  secondsUnchanged({ metadata: { resourceVersion = '' } }: Lease): number {
    const now = this.clock.elapsed();
    const gap = Math.min(now - this.readAt, longestGap);
    this.milliseconds = resourceVersion === this.version ? this.milliseconds + gap : 0;
    [this.version, this.readAt] = [resourceVersion, now];
    return this.milliseconds / 1000;
  }
}
