import { compare, parse } from 'semver';
import { UsageError } from '../platform/errors';
import { toCommandError } from './errors';
import type { HelmClient, HelmResult, Revision, UpgradeOptions } from './helm-client';
import { LockLostError } from './lease';
import type { ProcessOptions, ProcessResult, ProcessRunner } from './process';

/** Joins the lines of Helm's error, since the last one may only say that the time was up; its log lines are left out. */
export function summarizeHelmError({ stderr }: ProcessResult): string {
  const lines = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(level=|time=|WARNING: |[IWE]\d{4} )/.test(line));
  return lines.map((line) => line.trim()).join(' | ') || 'Helm failed without output';
}

/** Since this version Helm takes over objects that `kubectl apply` created. */
const minimumVersion = '3.17.0';

/** Variables that lead Helm to another cluster than kubectl, or to another storage than Secrets. */
const overridingVariables = /^HELM_(KUBE|DRIVER|NAMESPACE)/;

/** Revisions that Helm keeps: a week of several deploys a day. */
const historyMax = 30;

/** Every status of a release: `helm list` shows only some of them by default. */
const everyStatus = ['deployed', 'failed', 'pending', 'superseded', 'uninstalled', 'uninstalling'];

/** Helm rolls an upgrade back on SIGTERM, which it must not do once the lock is lost. */
function endUpgradeBy(reason: unknown): NodeJS.Signals {
  return reason instanceof LockLostError ? 'SIGKILL' : 'SIGTERM';
}

/** A rollback runs to its end, unless the lock is lost. */
function endRollbackBy(reason: unknown): NodeJS.Signals | undefined {
  return reason instanceof LockLostError ? 'SIGKILL' : undefined;
}

/** The user's Helm, for the one release of an environment, which has the name of its namespace. */
export class Helm implements HelmClient {
  private constructor(
    private readonly major: number,
    private readonly release: string,
    private readonly globalFlags: readonly string[],
    private readonly run: ProcessRunner,
  ) {}

  /**
   * Checks the installed Helm.
   * @throws UsageError if there is no Helm, or it is too old
   */
  static async create(context: string, namespace: string, run: ProcessRunner): Promise<Helm> {
    const { stdout } = await run('helm', ['version', '--template={{.Version}}']);
    const version = parse(stdout.trim());
    if (!version || compare(version, minimumVersion) < 0) {
      throw new UsageError(`Helm ${stdout.trim()} is too old; install ${minimumVersion} or newer`);
    }
    return new Helm(version.major, namespace, [`--kube-context=${context}`, `--namespace=${namespace}`], run);
  }

  async history(): Promise<Revision[]> {
    const answer = await this.ask(['history', this.release, '--output=json', `--max=${historyMax}`]);
    if (answer.status === 0) return JSON.parse(answer.stdout) as Revision[];
    if (!(await this.exists())) return [];
    throw toCommandError('helm history', answer);
  }

  async manifest(revision: number): Promise<string> {
    const answer = await this.ask(['get', 'manifest', this.release, `--revision=${revision}`]);
    if (answer.status !== 0) throw toCommandError('helm get manifest', answer);
    return answer.stdout;
  }

  upgrade({ chart, timeoutSeconds, description, wait, rollback, signal }: UpgradeOptions): Promise<HelmResult> {
    const args = [
      'upgrade',
      this.release,
      chart,
      '--install',
      '--take-ownership',
      ...(wait ? [this.waitFlag] : []),
      ...this.serverSide,
      ...(rollback ? [this.major > 3 ? '--rollback-on-failure' : '--atomic'] : []),
      `--timeout=${timeoutSeconds}s`,
      `--description=${description}`,
      `--history-max=${historyMax}`,
    ];
    return this.change(args, { signal, killSignalFor: endUpgradeBy });
  }

  rollback(revision: number, timeoutSeconds: number, signal: AbortSignal): Promise<HelmResult> {
    const args = [
      'rollback',
      this.release,
      String(revision),
      this.waitFlag,
      `--timeout=${timeoutSeconds}s`,
      `--history-max=${historyMax}`,
      ...this.serverSide,
    ];
    return this.change(args, { signal, killSignalFor: endRollbackBy });
  }

  /**
   * Helm 4's own way waits for the pod of a DaemonSet on every node, so a deploy would fail while a node is down. That of
   * Helm 3 tolerates as many as the DaemonSet's `maxUnavailable`.
   */
  private get waitFlag(): string {
    return this.major > 3 ? '--wait=legacy' : '--wait';
  }

  /** Helm 4 applies on the server, where it has to take over fields that kubectl has written. */
  private get serverSide(): string[] {
    return this.major > 3 ? ['--server-side=true', '--force-conflicts'] : [];
  }

  /** Whether the release exists: `helm history` fails in the same way for every reason. */
  private async exists(): Promise<boolean> {
    const states = everyStatus.map((status) => `--${status}`);
    const answer = await this.ask(['list', ...states, `--filter=^${this.release}$`, '--output=json']);
    return answer.status !== 0 || (JSON.parse(answer.stdout) as readonly object[]).length > 0;
  }

  private async change(args: readonly string[], options: ProcessOptions): Promise<HelmResult> {
    const answer = await this.ask(args, { ...options, detached: true });
    return answer.status === 0 ? {} : { failure: summarizeHelmError(answer) };
  }

  private ask(args: readonly string[], options?: ProcessOptions): Promise<ProcessResult> {
    return this.run('helm', [...args, ...this.globalFlags], { ...options, omitVariables: overridingVariables });
  }
}
