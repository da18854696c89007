import type { Ora } from 'ora';
import type { Progress } from '../cluster/operation-context';
import type { OutputStream } from './system';

/**
 * Prints progress: one line that is updated on a terminal, and a line for each change elsewhere.
 * A pipeline (CI is set), a dumb terminal (TERM=dumb) and a file count as elsewhere.
 */
export function createProgress(
  screen: OutputStream,
  { CI, TERM }: Readonly<Record<string, string | undefined>>,
): Progress {
  return screen.isTTY && !CI && TERM !== 'dumb'
    ? new TerminalProgress(screen)
    : new PlainProgress((line) => screen.write(`${line}\n`));
}

/** Prints a line for each change. */
export class PlainProgress implements Progress {
  private last = '';

  constructor(private readonly write: (line: string) => void) {}

  step(text: string): void {
    this.last = '';
    this.write(`${text} …`);
  }

  update(text: string): void {
    if (text !== this.last) this.write(`  ${text}`);
    this.last = text;
  }

  succeed(text: string): void {
    this.write(`  ✔ ${text}`);
  }

  stop(): void {
    this.last = '';
  }
}

/** Updates one line for each step, which ends with the result of the step. */
class TerminalProgress implements Progress {
  private readonly spinner: Ora;
  private current = '';

  constructor(stream: NodeJS.WritableStream) {
    // Only an operation on a terminal needs it, and it loads twenty other packages.
    const ora: typeof import('ora') = require('ora');
    // createProgress has decided that the line can be updated. Stdin is left alone, so that Ctrl-C reaches the command.
    this.spinner = ora({ stream, isEnabled: true, discardStdin: false });
  }

  step(text: string): void {
    if (this.spinner.isSpinning) this.spinner.succeed(this.current);
    this.current = text;
    this.spinner.start(text);
  }

  update(text: string): void {
    this.spinner.text = `${this.current}: ${text}`;
  }

  succeed(text: string): void {
    this.spinner.succeed(text);
  }

  stop(): void {
    if (this.spinner.isSpinning) this.spinner.fail();
  }
}
