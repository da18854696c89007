import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the runbooks. */
export const runbookFolder = join(__dirname, '..', '..', '..', '..', 'docs', 'runbooks');

/** A command of a runbook as a person would type it, on one line. */
export interface RunbookCommand {
  /** File that it stands in. */
  readonly file: string;
  readonly text: string;
}

/** Every command of the runbooks: the lines of their blocks of shell, and what stands in backquotes and begins as one. */
export function runbookCommands(): RunbookCommand[] {
  return readdirSync(runbookFolder).flatMap((file) => {
    const text = readFileSync(join(runbookFolder, file), 'utf8');
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
      block
        .replaceAll(/ \\\n +/g, ' ')
        .trim()
        .split('\n'),
    );
    const prose = text.replaceAll(/^```sh\n[\s\S]*?^```/gm, '');
    const quoted = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
    const typed = quoted.filter(
      (code) => /^(kubectl|npm run|npx veza|redis-cli|sh \/etc|select) /.test(code) && !code.includes('…'),
    );
    return [...blocks, ...typed].map((command) => ({ file, text: command }));
  });
}

/** Commands that are given to a program in a container: what comes after ` -- psql`, for example. */
export function inContainer(program: string): RunbookCommand[] {
  return runbookCommands().flatMap(({ file, text }) => {
    const inside = new RegExp(` -- (${program} .*)$`).exec(text)?.[1] ?? (text.startsWith(`${program} `) ? text : '');
    return inside === '' ? [] : [{ file, text: inside }];
  });
}
