import { OperationError } from '../platform/errors';
import { isRefused, type KubernetesClient, type KubernetesObject } from './kubernetes-client';
import type { Clock } from './wait';

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
export async function serverTime(kubectl: KubernetesClient, namespace: string): Promise<number | undefined> {
  const lease = await kubectl.find(`lease/${operationLease}`, namespace, { managedFields: true });
  const times = (lease?.metadata.managedFields ?? []).map(({ time = '' }) => Date.parse(time));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.max(...known);
}
