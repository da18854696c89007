import { PassThrough } from 'node:stream';
import { createProgress } from '../../lib/cli/terminal-progress';

function shown(isTTY: boolean, variables: Record<string, string>): string {
  const screen = Object.assign(new PassThrough(), {
    isTTY,
    cursorTo() {},
    clearLine() {},
    moveCursor() {},
    columns: 80,
  });
  const progress = createProgress(screen, variables);
  progress.step('making tea');
  progress.update('water boils');
  progress.update('water boils');
  progress.succeed('tea is made');
  progress.step('drinking it');
  progress.stop();
  return String(screen.read());
}

const plain = 'making tea …\n  water boils\n  ✔ tea is made\ndrinking it …\n';

test.each<[string, boolean, Record<string, string>]>([
  ['in a pipe', false, {}],
  ['in a pipeline', true, { CI: 'true' }],
  ['on a terminal that cannot move', true, { TERM: 'dumb' }],
])('%s it is a line for each change', (_, isTTY, variables) => {
  expect(shown(isTTY, variables)).toBe(plain);
});

test('on a terminal a step becomes what came of it, or what failed', () => {
  const text = shown(true, {});
  expect(text).not.toContain('…');
  expect(text).toMatch(/making tea[\s\S]*✔[^\n]* tea is made\n[\s\S]*drinking it[\s\S]*✖[^\n]* drinking it\n/);
});
