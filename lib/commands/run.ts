import { InputError } from '../problems';

/** Wrong usage: arguments, a missing tool, context or permission. */
export class UsageError extends Error {}

/**
 * Runs a command. A user's mistake becomes a line for each problem on stderr, and the exit code: 1 for bad input, 2 for
 * wrong usage. Anything else is a fault of ours and keeps its stack.
 */
export function run(command: () => void): void {
  try {
    command();
  } catch (error) {
    if (error instanceof InputError) fail(1, error.problems);
    else if (error instanceof UsageError) fail(2, [error.message]);
    else throw error;
  }
}

function fail(code: number, lines: readonly string[]): void {
  for (const line of lines) console.error(`error: ${line}`);
  process.exitCode = code;
}
