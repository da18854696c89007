import { type ChildProcess, spawn } from 'node:child_process';
import { UsageError } from '../problems';

/** How a program ended, and what it said. */
export interface Answer {
  /** Its exit code; 1 where a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a call of a program. */
export interface CallOptions {
  /** What it reads from its standard input. @default - nothing */
  readonly input?: string;
  /**
   * Whether an interruption is the program's to answer, and its end is waited for: one that is killed in the middle would
   * leave a mess. A terminal interrupts it by itself; a termination is passed on.
   */
  readonly finishes?: boolean;
}

/**
 * Runs a program of the user's to its end.
 * @throws UsageError if it is not installed
 */
export function call(
  program: string,
  args: readonly string[],
  { input = '', finishes = false }: CallOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: process.env });
    if (finishes) outlive(child);
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
    child.on('close', (code) => resolve({ status: code ?? 1, stdout, stderr }));
  });
}

/** Stays until a program has ended, whatever signal comes. */
function outlive(child: ChildProcess): void {
  const interrupted = () => undefined;
  const terminated = () => child.kill('SIGTERM');
  process.on('SIGINT', interrupted).on('SIGTERM', terminated);
  child.on('close', () => process.off('SIGINT', interrupted).off('SIGTERM', terminated));
}

/** The last line of an output: kubectl and Helm put the cause there. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
