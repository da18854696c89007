import { createInterface } from 'node:readline/promises';
import { UsageError } from '../problems';

/** What somebody has to type before something goes on. */
export interface Confirmation {
  /** What will happen, in a line. */
  readonly what: string;
  /** The word to type. */
  readonly word: string;
}

/**
 * Waits until somebody types a word.
 * @throws UsageError if it is another word, or there is no terminal to type it on
 */
export async function confirmed({ what, word }: Confirmation): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`${what}; there is no terminal to confirm that on: use --yes if it is meant`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}.\nType ${word} to go on: `).finally(() => terminal.close());
  if (answer.trim() !== word) throw new UsageError(`${JSON.stringify(answer.trim())} is not ${word}: nothing was done`);
}
