import { type ChildProcess, spawn } from 'node:child_process';
import { UsageError } from '../platform/errors';

/** How a program ended, and what it said. */
export interface ProcessResult {
  /** Its exit code; 1 where a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a call of a program. */
export interface ProcessOptions {
  /** What it reads from its standard input. @default - nothing */
  readonly input?: string;
  /**
   * Whether it is out of reach of the terminal's Ctrl-C: one that is killed in the middle would leave a mess. It is killed
   * together with this process all the same, since nothing would follow it. @default false
   */
  readonly detached?: boolean;
  /** Ends it; its end is waited for all the same. */
  readonly signal?: AbortSignal;
  /** The signal that ends it, by the reason of that; undefined if it is not ended. @default - it is asked to terminate */
  readonly killSignalFor?: (reason: unknown) => NodeJS.Signals | undefined;
  /** Variables that it does not get. @default - it gets all of the process environment */
  readonly omitVariables?: RegExp;
}

/**
 * Runs a program of the user's to its end.
 * @throws UsageError if it is not installed
 */
export function runProcess(
  program: string,
  args: readonly string[],
  {
    input = '',
    detached = false,
    signal,
    killSignalFor: endedBy = () => 'SIGTERM',
    omitVariables: without,
  }: ProcessOptions = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const variables = Object.entries(process.env).filter(([name]) => !without?.test(name));
    const child = spawn(program, args, { env: Object.fromEntries(variables), detached });
    const end = () => kill(child, detached, endedBy(signal?.reason));
    const callOff = detached && child.pid !== undefined ? killWhenGone(child.pid) : () => undefined;
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
      reject(new UsageError(`${program} does not run (${message}); install it and put it on the PATH`));
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      callOff();
      resolve({ status: code ?? 1, stdout, stderr });
    });
  });
}

/** A detached program leads a group, with what it has started itself: a wrapper script would keep a signal to itself. */
function kill({ pid }: ChildProcess, isGroup: boolean, signal?: NodeJS.Signals): void {
  if (pid === undefined || signal === undefined) return;
  try {
    process.kill(isGroup ? -pid : pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** The last line of an output: kubectl and Helm put the cause there. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Its input ends when the process that started it is gone, however that ended. */
const script = `process.stdin.on('close', () => process.kill(-process.argv[1], 'SIGKILL')).resume();`;

/**
 * Kills a process group as soon as this process is gone: what nothing follows any more must not go on to change a
 * cluster. Returns how to call that off.
 */
function killWhenGone(group: number): () => void {
  const watchdog = spawn(process.execPath, ['--eval', script, String(group)], {
    // Out of reach of what may kill this process together with all its children.
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it the program goes on after a kill, and the next operation still recovers.
  watchdog.on('error', () => undefined);
  return () => void watchdog.kill('SIGKILL');
}
