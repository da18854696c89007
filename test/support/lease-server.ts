import { Kubectl } from '../../lib/cluster/kubectl';
import type { Lease } from '../../lib/cluster/lease';
import type { ProcessResult } from '../../lib/cluster/process';

/** The Lease of an environment as the API server keeps it, behind a kubectl that needs no process and no time. */
export class LeaseServer {
  /** What it has now. */
  lease: Lease | undefined;
  /** What it answers instead, as long as it is away. */
  away: string | undefined;
  /** Number of writes that it was asked for. */
  writes = 0;
  private version = 0;

  readonly kubectl = new Kubectl('test', (_, [, verb = ''], { input = '' } = {}) =>
    Promise.resolve(this.answer(verb, input)),
  );

  /** Writes it as another client. */
  put(spec: Lease['spec']): void {
    this.version += 1;
    const metadata = { name: 'operation', namespace: 'veza-staging', resourceVersion: String(this.version) };
    this.lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  }

  private answer(verb: string, input: string): ProcessResult {
    if (verb !== 'get') this.writes += 1;
    if (this.away !== undefined) return { status: 1, stdout: '', stderr: this.away };
    if (verb === 'get') return this.current;
    const { metadata, spec } = JSON.parse(input) as Lease;
    const fresh =
      verb === 'create' ? this.lease === undefined : this.lease?.metadata.resourceVersion === metadata.resourceVersion;
    if (!fresh) return { status: 1, stdout: '', stderr: 'Error from server (Conflict): the object has been modified' };
    this.put(spec);
    return this.current;
  }

  private get current(): ProcessResult {
    return { status: 0, stdout: this.lease === undefined ? '' : JSON.stringify(this.lease), stderr: '' };
  }
}
