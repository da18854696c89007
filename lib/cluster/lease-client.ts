import { OperationError } from '../platform/errors';
import { type Kubectl, type KubernetesObject, toCommandError } from './kubectl';
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

/** A call that hangs must not cost the Lease. */
const requestTimeoutFlag = '--request-timeout=10s';

/** Name of the one Lease of an environment. */
export const operationLease = 'operation';

/** The Lease of an environment in its cluster. */
export class LeaseClient {
  constructor(
    private readonly kubectl: Kubectl,
    private readonly namespace: string,
    private readonly clock: Clock,
  ) {}

  find(): Promise<Lease | undefined> {
    return this.kubectl.find<Lease>(`lease/${operationLease}`, this.namespace, requestTimeoutFlag);
  }

  /** Writes who holds it, in place of what was read before; undefined if somebody else was faster. */
  async write(read: Lease | undefined, spec: Lease['spec']): Promise<Lease | undefined> {
    const metadata = read?.metadata ?? { name: operationLease, namespace: this.namespace };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    const verb = read ? 'replace' : 'create';
    const args = [verb, `--namespace=${this.namespace}`, '--filename=-', '--output=json', requestTimeoutFlag];
    const answer = await this.kubectl.ask(args, { input: JSON.stringify(lease) });
    if (answer.status === 0) return JSON.parse(answer.stdout) as Lease;
    if (/AlreadyExists|Conflict/.test(answer.stderr) || (read && /NotFound/.test(answer.stderr))) return undefined;
    throw toCommandError(`kubectl ${verb} lease/${operationLease}`, answer);
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
