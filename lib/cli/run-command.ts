import { createProcessRunner } from '../cluster/process';
import { OperationError, UsageError, ValidationError } from '../platform/errors';

/** Runs the user's programs with the environment variables of this process. */
export const runProgram = createProcessRunner(process.env);

/**
 * Runs a command. Errors of the user become a line for each problem on stderr, and the exit code: 1 for bad input or an
 * operation that failed, 2 for wrong usage. Any other error is a bug and keeps its stack trace.
 */
export async function runCommand(command: () => void | Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof ValidationError || error instanceof OperationError) fail(1, error.problems);
    else if (error instanceof UsageError) fail(2, error.problems);
    else throw error;
  }
}

function fail(code: number, lines: readonly string[]): void {
  for (const line of lines) console.error(`error: ${line}`);
  process.exitCode = code;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts `work` on SIGINT, SIGTERM or SIGHUP and waits for it to clean up. Further signals do not end it earlier.
 */
export async function withAbortOnSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) console.error(`${signal}: cleaning up; please wait`);
    controller.abort(new OperationError([`stopped by ${signal}`]));
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    // An aborted wait reports only that it was aborted.
    if (controller.signal.aborted && error instanceof Error && error.name === 'AbortError')
      throw controller.signal.reason;
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
