import { FailedError, InputError, UsageError } from '../problems';

/**
 * Runs a command. A user's mistake becomes a line for each problem on stderr, and the exit code: 1 for bad input or an
 * operation that failed, 2 for wrong usage. Anything else is a fault of ours and keeps its stack.
 */
export async function run(command: () => void | Promise<void>): Promise<void> {
  // Whoever reads may go (`| head`); the work goes on.
  process.stdout.on('error', () => undefined);
  try {
    await command();
  } catch (error) {
    if (error instanceof InputError || error instanceof FailedError) fail(1, error.problems);
    else if (error instanceof UsageError) fail(2, error.problems);
    else throw error;
  }
}

function fail(code: number, lines: readonly string[]): void {
  for (const line of lines) console.error(`error: ${line}`);
  process.exitCode = code;
}
