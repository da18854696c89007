import { spawnSync } from 'node:child_process';
import { bundle } from '../../support/program';

const program = bundle('lib/cli/commands/notify.ts');

function notify(
  args: readonly string[],
  SLACK_WEBHOOK_URL = '',
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, SLACK_WEBHOOK_URL };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('without a webhook it prints the text', () => {
  expect(notify(['production runs v1.2.3'])).toEqual({
    status: 0,
    stdout: 'notification: production runs v1.2.3\n',
    stderr: '',
  });
});

test('a webhook that fails is a line, and no failure', () => {
  expect(notify(['hello'], 'http://SECRET.invalid/')).toEqual({
    status: 0,
    stdout: '',
    stderr: expect.stringMatching(/^the notification did not arrive: the webhook cannot be reached \(E[A-Z_]+\)\n$/),
  });
});

test.each([
  [[], 'usage: npm run notify -- <text>; got []'],
  [['production', 'runs'], 'usage: npm run notify -- <text>; got ["production","runs"]'],
  [[' '], 'usage: npm run notify -- <text>; the text is empty'],
])('%j is wrong usage', (args, problem) => {
  expect(notify(args)).toEqual({ status: 2, stdout: '', stderr: `error: ${problem}\n` });
});
