import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../platform/errors';

/** What somebody has to type before something goes on. */
export interface Confirmation {
  /** What will happen, in a line. */
  readonly what: string;
  /** The word to type. */
  readonly word: string;
}

/** Where it is typed. */
interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

/**
 * Waits until somebody types a word.
 * @throws UsageError if it is another word, or there is no terminal to type it on
 */
export async function confirm(
  { what, word }: Confirmation,
  input: Keyboard = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<void> {
  if (!input.isTTY) {
    throw new UsageError(`${what}; there is no terminal to confirm that on: use --yes if it is meant`);
  }
  const terminal = createInterface({ input, output });
  // Ctrl-C and Ctrl-D close the terminal instead of answering.
  const closed = once(terminal, 'close').then(() => '');
  const answer = await Promise.race([terminal.question(`${what}.\nType ${word} to go on: `), closed]);
  terminal.close();
  if (answer.trim() !== word) throw new UsageError(`${JSON.stringify(answer.trim())} is not ${word}: nothing was done`);
}
