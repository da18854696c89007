import ora, { type Ora } from 'ora';
import type { Progress } from '../cluster/operation-context';

/** Where progress is shown. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

/** Progress on a terminal is one line that moves; in a pipeline, where CI is set, on a dumb terminal and in a file it is a line for each change. */
export function createProgress(
  screen: OutputStream,
  { CI, TERM }: Readonly<Record<string, string | undefined>>,
): Progress {
  return screen.isTTY && !CI && TERM !== 'dumb'
    ? new TerminalProgress(screen)
    : new PlainProgress((line) => screen.write(`${line}\n`));
}

/** A line for each change of what is going on. */
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

/** A line that moves, and becomes what came of the step. */
class TerminalProgress implements Progress {
  private readonly spinner: Ora;
  private current = '';

  constructor(stream: NodeJS.WritableStream) {
    // Whether the line can move was decided above, and nothing is read from the keyboard: Ctrl-C must reach the command.
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
