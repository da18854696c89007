import type { SynthesizedObject } from '../manifests';
import { FailedError, UsageError } from '../problems';
import { type Answer, type CallOptions, call, lastLine } from './program';

/** An object as the Kubernetes API returns it; what is in it besides depends on its kind. */
export interface KubernetesObject extends SynthesizedObject {
  readonly metadata: SynthesizedObject['metadata'] & {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly generation?: number;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

/** What the cluster says when nobody can be asked, or the wrong one asks: the user's to mend, not the operation's fault. */
const userTroubles =
  /forbidden|unauthorized|must be logged in|connection refused|was refused|unable to connect|no such host|i\/o timeout|x509/i;

/** The user's kubectl, always in the same context, whatever becomes the current one meanwhile. */
export class Kubectl {
  constructor(readonly context: string) {}

  /** The context that the user's kubectl works in now, or nothing. */
  static async currentContext(): Promise<string> {
    const { stdout } = await call('kubectl', ['config', 'current-context']);
    return stdout.trim();
  }

  /** What kubectl answers, success or not. */
  ask(args: readonly string[], options?: CallOptions): Promise<Answer> {
    return call('kubectl', [`--context=${this.context}`, ...args], options);
  }

  /**
   * What kubectl prints.
   * @throws UsageError if the cluster cannot be reached or refuses the user; FailedError with kubectl's words on all else
   */
  async output(args: readonly string[], options?: CallOptions): Promise<string> {
    const answer = await this.ask(args, options);
    if (answer.status !== 0) throw troubleOf(`kubectl ${args[0]}`, answer);
    return answer.stdout;
  }

  /** Objects of some kinds in a namespace: `deployments,pods`. */
  async list<T extends KubernetesObject>(kinds: string, namespace: string, ...args: readonly string[]): Promise<T[]> {
    const text = await this.output(['get', kinds, `--namespace=${namespace}`, '--output=json', ...args]);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  /** One object, or nothing: `deployment/veza-backend-api`. @default namespace - it is the cluster's */
  async find<T extends KubernetesObject>(object: string, namespace?: string): Promise<T | undefined> {
    const place = namespace === undefined ? [] : [`--namespace=${namespace}`];
    const text = await this.output(['get', object, ...place, '--ignore-not-found', '--output=json']);
    return text.trim() === '' ? undefined : (JSON.parse(text) as T);
  }
}

/** A program's failure as an error: its last words, and whose fault it is. */
export function troubleOf(program: string, { stderr, stdout }: Answer): UsageError | FailedError {
  const cause = `${program}: ${lastLine(stderr) || lastLine(stdout) || 'failed without a word'}`;
  return userTroubles.test(stderr) ? new UsageError(cause) : new FailedError([cause]);
}
