import { OperationError } from '../platform/errors';
import { isRefused, type KubernetesClient, type KubernetesObject } from './kubernetes-client';
import type { Clock } from './wait';

/** A Lease of the Kubernetes API: who works on something, and when there was last a sign of life. */
export interface Lease extends KubernetesObject {
  readonly spec: {
    /** Nobody holds it without one. */
    readonly holderIdentity?: string;
    /** Seconds without a sign of life after which the holder counts as dead. */
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
  };
}

/** A request that hangs must not cost the Lease. */
const timeoutSeconds = 10;

/** Name of the one Lease of an environment. */
export const operationLease = 'operation';

/** The Lease of an environment in its cluster. */
export class LeaseClient {
  constructor(
    private readonly kubectl: KubernetesClient,
    private readonly namespace: string,
    private readonly clock: Clock,
  ) {}

  find(): Promise<Lease | undefined> {
    return this.kubectl.find<Lease>(`lease/${operationLease}`, this.namespace, { timeoutSeconds });
  }

  /** Writes who holds it, in place of what was read before; undefined if somebody else was faster. */
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

  /** Now, with the microseconds that the API asks for. */
  get now(): string {
    return new Date(this.clock.now()).toISOString().replace('Z', '000Z');
  }
}

/** Somebody else has taken the Lease: its holder was not heard of for too long, and has to let go of everything. */
export class LockLostError extends OperationError {
  constructor(by: string | undefined) {
    super([`${by ?? 'somebody who deleted the Lease'} took over, since this was not heard of any more`]);
  }
}

/**
 * Time of the cluster in milliseconds since 1970: when its API server noted the last renewal of the lock, which every
 * operation renews several times a minute. The clock of this machine takes no part in it.
 * @returns undefined if there is no lock, or a server that notes no times
 */
export async function serverTime(kubectl: KubernetesClient, namespace: string): Promise<number | undefined> {
  const lease = await kubectl.find(`lease/${operationLease}`, namespace, { managedFields: true });
  const times = (lease?.metadata.managedFields ?? []).map(({ time = '' }) => Date.parse(time));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.max(...known);
}
