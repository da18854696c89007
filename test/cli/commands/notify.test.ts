import { spawnSync } from 'node:child_process';
import { bundle } from '../../support/program';

const program = bundle('main.ts');

function notify(
  args: readonly string[],
  SLACK_WEBHOOK_URL = '',
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, SLACK_WEBHOOK_URL };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'notify', ...args], {
    env,
    encoding: 'utf8',
  });
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

const hint = '(add --help to see the arguments and options)';

test.each([
  [[], `missing required argument 'text'\n${hint}`],
  [['production', 'runs'], `too many arguments for 'notify'. Expected 1 argument but got 2.\n${hint}`],
  [[' '], 'the text is empty; give a line to send'],
])('%j is wrong usage', (args, problem) => {
  expect(notify(args)).toEqual({ status: 2, stdout: '', stderr: `error: ${problem}\n` });
});
