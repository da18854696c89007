import { type ChildProcess, spawn } from 'node:child_process';
import { UsageError } from '../platform/errors';

/** Exit code and output of a program. */
export interface ProcessResult {
  /** Exit code; 1 if a signal ended the program. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of running a program. */
export interface ProcessOptions {
  /** Standard input. @default - none */
  readonly input?: string;
  /**
   * Whether the terminal's Ctrl-C does not reach the program, since ending it half-way would leave the cluster in between.
   * It is killed if this process dies, since nothing would follow it then. @default false
   */
  readonly detached?: boolean;
  /** Ends the program; its end is awaited all the same. */
  readonly signal?: AbortSignal;
  /** Signal that ends the program, by the reason of the abort; undefined lets it run on. @default - SIGTERM */
  readonly killSignalFor?: (reason: unknown) => NodeJS.Signals | undefined;
  /** Environment variables that the program does not get. @default - none */
  readonly omitVariables?: RegExp;
}

/** Runs a program and returns its result, whether it succeeded or not. */
export type ProcessRunner = (
  program: string,
  args: readonly string[],
  options?: ProcessOptions,
) => Promise<ProcessResult>;

/**
 * Creates a runner of programs.
 * @param environment variables that the programs get
 * @returns a runner that throws UsageError if a program is not installed
 */
export function createProcessRunner(environment: Readonly<Record<string, string | undefined>>): ProcessRunner {
  return (program, args, options = {}) => {
    const { omitVariables } = options;
    const variables = Object.entries(environment).filter(([name]) => !omitVariables?.test(name));
    return runProcess(program, args, Object.fromEntries(variables), options);
  };
}

function runProcess(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { input = '', detached = false, signal, killSignalFor = () => 'SIGTERM' }: ProcessOptions,
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, detached });
    const end = () => kill(child, detached, killSignalFor(signal?.reason));
    const stopWatching = detached && child.pid !== undefined ? killWhenGone(child.pid) : () => undefined;
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    // A program that ends without reading its input breaks the pipe; its exit code says why.
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', ({ message }) => {
      reject(new UsageError(`could not run ${program} (${message}); install it and put it on the PATH`));
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      stopWatching();
      resolve({ status: code ?? 1, stdout, stderr });
    });
  });
}

/** Signals a program. A detached one leads a process group; a wrapper script would not pass the signal on. */
function kill({ pid }: ChildProcess, isGroup: boolean, signal?: NodeJS.Signals): void {
  if (pid === undefined || signal === undefined) return;
  try {
    process.kill(isGroup ? -pid : pid, signal);
  } catch {
    // The program has ended by itself.
  }
}

/** Kills a process group as soon as this process is gone, so that nothing changes the cluster without supervision. */
function killWhenGone(group: number): () => void {
  // Its standard input closes when the process that started it is gone.
  const script = `process.stdin.on('close', () => process.kill(-${group}, 'SIGKILL')).resume();`;
  const watchdog = spawn(process.execPath, ['--eval', script], {
    // Detached, so that what kills this process with its children does not kill the watchdog.
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a watchdog the program survives a kill, and the next operation still recovers.
  watchdog.on('error', () => undefined);
  return () => void watchdog.kill('SIGKILL');
}

/** The last line of an output, where kubectl and Helm name the cause of a failure. */
export function takeLastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
