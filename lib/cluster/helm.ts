import { UsageError } from '../platform/errors';
import { toCommandError } from './kubectl';
import { LockLostError } from './lease-client';
import { type ProcessOptions, type ProcessResult, runProcess } from './process';

/** One revision of a release, as Helm keeps it. */
export interface Revision {
  readonly revision: number;
  /** When Helm wrote it, in RFC 3339. */
  readonly updated: string;
  /** `deployed`, `superseded`, `failed`, or `pending-…` while somebody works on it or was stopped at it. */
  readonly status: string;
  /** Version of what was deployed. */
  readonly app_version: string;
  readonly description: string;
}

/** What a chart is deployed with. */
export interface UpgradeOptions {
  /** Folder of the chart. */
  readonly chart: string;
  readonly timeoutSeconds: number;
  /** What the history tells of this revision. */
  readonly description: string;
  /** Whether to wait until everything is ready. */
  readonly wait: boolean;
  /** Whether Helm goes back to the revision before if this one does not become ready. */
  readonly rollback: boolean;
  /** Makes Helm end before its time. */
  readonly signal: AbortSignal;
}

/**
 * Why Helm failed, in one line. Its own last one says only that time was up; what was not ready stands in those before.
 */
export function summarizeHelmError({ stderr }: ProcessResult): string {
  const lines = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(level=|time=|WARNING: |[IWE]\d{4} )/.test(line));
  return lines.map((line) => line.trim()).join(' | ') || 'Helm failed without a word';
}

/** Helm takes over objects that `kubectl apply` made since this version. */
const leastVersion = { major: 3, minor: 17 } as const;

/** Variables that lead Helm to another cluster than kubectl, or to another memory than Secrets. */
const overridingVariables = /^HELM_(KUBE|DRIVER|NAMESPACE)/;

/** Revisions that Helm keeps: a week of several deploys a day. */
const historyMax = 30;

/** Asked to terminate, Helm rolls an upgrade back. It must not once the lock is lost. */
function endUpgradeBy(reason: unknown): NodeJS.Signals {
  return reason instanceof LockLostError ? 'SIGKILL' : 'SIGTERM';
}

/** A rollback is not stopped half-way, unless the lock is lost. */
function endRollbackBy(reason: unknown): NodeJS.Signals | undefined {
  return reason instanceof LockLostError ? 'SIGKILL' : undefined;
}

/** The user's Helm, for the one release of an environment, named as its namespace. */
export class Helm {
  private constructor(
    private readonly major: number,
    private readonly release: string,
    private readonly globalFlags: readonly string[],
    private readonly run: typeof runProcess,
  ) {}

  /**
   * @param run how programs are run
   * @throws UsageError if there is no Helm, or one that is too old
   */
  static async create(context: string, namespace: string, run = runProcess): Promise<Helm> {
    const { stdout } = await run('helm', ['version', '--template={{.Version}}']);
    const [, major = '0', minor = '0'] = /^v(\d+)\.(\d+)/.exec(stdout) ?? [];
    const version = { major: Number(major), minor: Number(minor) };
    if (
      version.major < leastVersion.major ||
      (version.major === leastVersion.major && version.minor < leastVersion.minor)
    ) {
      throw new UsageError(
        `Helm ${stdout.trim()} is too old; install ${leastVersion.major}.${leastVersion.minor} or newer`,
      );
    }
    return new Helm(version.major, namespace, [`--kube-context=${context}`, `--namespace=${namespace}`], run);
  }

  /** Every revision that Helm still has, the oldest first; none before the first deploy. */
  async history(): Promise<Revision[]> {
    const answer = await this.ask(['history', this.release, '--output=json', `--max=${historyMax}`]);
    if (/release: not found/.test(answer.stderr)) return [];
    if (answer.status !== 0) throw toCommandError('helm history', answer);
    return JSON.parse(answer.stdout) as Revision[];
  }

  /** Manifests of a revision, as Helm keeps them. */
  async manifest(revision: number): Promise<string> {
    const answer = await this.ask(['get', 'manifest', this.release, `--revision=${revision}`]);
    if (answer.status !== 0) throw toCommandError('helm get manifest', answer);
    return answer.stdout;
  }

  /** Brings the cluster to what a chart says. */
  upgrade({ chart, timeoutSeconds, description, wait, rollback, signal }: UpgradeOptions): Promise<ProcessResult> {
    const args = [
      'upgrade',
      this.release,
      chart,
      '--install',
      '--take-ownership',
      ...(wait ? ['--wait'] : []),
      ...this.serverSide,
      ...(rollback ? [this.major > 3 ? '--rollback-on-failure' : '--atomic'] : []),
      `--timeout=${timeoutSeconds}s`,
      `--description=${description}`,
      `--history-max=${historyMax}`,
    ];
    return this.ask(args, { detached: true, signal, killSignalFor: endUpgradeBy });
  }

  /**
   * Brings the cluster back to what a revision said, and waits until it is ready.
   * @param signal ends it if the lock is lost, and for no other reason
   */
  rollback(revision: number, timeoutSeconds: number, signal: AbortSignal): Promise<ProcessResult> {
    const args = [
      'rollback',
      this.release,
      String(revision),
      '--wait',
      `--timeout=${timeoutSeconds}s`,
      `--history-max=${historyMax}`,
      ...this.serverSide,
    ];
    return this.ask(args, { detached: true, signal, killSignalFor: endRollbackBy });
  }

  /** Helm 4 leaves merging to the server, where fields that kubectl has written have to be taken from it. */
  private get serverSide(): string[] {
    return this.major > 3 ? ['--server-side=true', '--force-conflicts'] : [];
  }

  private ask(args: readonly string[], options?: ProcessOptions): Promise<ProcessResult> {
    return this.run('helm', [...args, ...this.globalFlags], { ...options, omitVariables: overridingVariables });
  }
}
