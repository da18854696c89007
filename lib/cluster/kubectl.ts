import { OperationError, UsageError } from '../platform/errors';
import type { KubernetesManifest } from '../synth/render-environment';
import { lastLine, type ProcessOptions, type ProcessResult, runProcess } from './process';

/** An object as the Kubernetes API returns it; what is in it besides depends on its kind. */
export interface KubernetesObject extends KubernetesManifest {
  readonly metadata: KubernetesManifest['metadata'] & {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly generation?: number;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

/** What the server says to somebody who may not do something: quotas and admission forbid things too, but not to a user. */
const accessDenied = /User "[^"]*" cannot |attempting to grant RBAC permissions|Unauthorized|must be logged in/i;

/** What a tool says that cannot reach the server, or cannot do its part for want of another tool. */
const connectionFailed =
  /connection refused|connection reset|was refused|unable to connect|no such host|no route to host|network is unreachable|i\/o timeout|TLS handshake timeout|Client\.Timeout|\bEOF$|x509|executable file not found/i;

/** Words of a server that was reached: what it, or a webhook of it, could not reach itself is no trouble of the user's. */
const fromServer = /Error from server|webhook/;

/** The user's kubectl, always in the same context, whatever becomes the current one meanwhile. */
export class Kubectl {
  /** @param run how programs are run */
  constructor(
    readonly context: string,
    private readonly run = runProcess,
  ) {}

  /** The context that the user's kubectl works in now, or nothing. */
  static async currentContext(run = runProcess): Promise<string> {
    const answer = await run('kubectl', ['config', 'current-context']);
    // Without a context kubectl fails as it does with a kubeconfig that it cannot read.
    if (answer.status !== 0 && !/current-context is not set/.test(answer.stderr)) {
      throw new UsageError(`kubectl config: ${lastLine(answer.stderr)}`);
    }
    return answer.stdout.trim();
  }

  /** What kubectl answers, success or not. */
  ask(args: readonly string[], options?: ProcessOptions): Promise<ProcessResult> {
    return this.run('kubectl', [`--context=${this.context}`, ...args], options);
  }

  /**
   * What kubectl prints.
   * @throws UsageError if the cluster cannot be reached or refuses the user; OperationError with kubectl's words on all else
   */
  async runOrThrow(args: readonly string[], options?: ProcessOptions): Promise<string> {
    const answer = await this.ask(args, options);
    if (answer.status !== 0) throw toCommandError(`kubectl ${args[0]}`, answer);
    return answer.stdout;
  }

  /** How manifests differ from what the cluster has; empty if they do not. Takes the arguments of `kubectl diff`. */
  async diff(args: readonly string[], options?: ProcessOptions): Promise<string> {
    const answer = await this.ask(['diff', ...args], options);
    // kubectl's word for "there are differences" is 1; only above that did something go wrong.
    if (answer.status > 1 || (answer.status === 1 && answer.stdout === ''))
      throw toCommandError('kubectl diff', answer);
    return answer.stdout;
  }

  /** Objects of some kinds in a namespace: `deployments,pods`. */
  async list<T extends KubernetesObject>(kinds: string, namespace: string, ...args: readonly string[]): Promise<T[]> {
    const text = await this.runOrThrow(['get', kinds, `--namespace=${namespace}`, '--output=json', ...args]);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  /** One object, or nothing: `deployment/veza-backend-api`. @default namespace - it is the cluster's */
  async find<T extends KubernetesObject>(
    object: string,
    namespace?: string,
    ...args: readonly string[]
  ): Promise<T | undefined> {
    const place = namespace === undefined ? [] : [`--namespace=${namespace}`];
    const text = await this.runOrThrow(['get', object, ...place, '--ignore-not-found', '--output=json', ...args]);
    return text.trim() === '' ? undefined : (JSON.parse(text) as T);
  }
}

/** A program's failure as an error: its last words, and whose fault it is. */
export function toCommandError(program: string, { stderr, stdout }: ProcessResult): UsageError | OperationError {
  const cause = `${program}: ${lastLine(stderr) || lastLine(stdout) || 'failed without a word'}`;
  return isUserError(stderr) ? new UsageError(cause) : new OperationError([cause]);
}

/** Whether what a tool complains of is the user's to mend: nobody can be asked, or the wrong one asks. */
export function isUserError(complaint: string): boolean {
  return complaint
    .split('\n')
    .some((line) => accessDenied.test(line) || (connectionFailed.test(line) && !fromServer.test(line)));
}
