import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../platform/errors';
import type { System } from './system';

/** What the user confirms, and the word to type for it. */
export interface Confirmation {
  /** What will happen, in one line. */
  readonly action: string;
  /** The word to type, such as the name of the environment. */
  readonly expected: string;
}

/**
 * Asks the user to type a word before work goes on.
 * @throws UsageError if another word is typed, or if there is no terminal
 */
export async function confirm(
  { stdin: input, stderr: output }: Pick<System, 'stdin' | 'stderr'>,
  { action, expected }: Confirmation,
): Promise<void> {
  if (!input.isTTY) {
    throw new UsageError(`${action}. There is no terminal to confirm it on; use --yes`);
  }
  const terminal = createInterface({ input, output });
  // Ctrl-C and Ctrl-D close the terminal instead of answering.
  const closed = once(terminal, 'close').then(() => '');
  const answer = await Promise.race([terminal.question(`${action}.\nType ${expected} to continue: `), closed]);
  terminal.close();
  if (answer.trim() !== expected) {
    throw new UsageError(`${JSON.stringify(answer.trim())} is not ${expected}; nothing was changed`);
  }
}
