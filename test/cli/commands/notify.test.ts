import { runCli, usageError, usageHint } from '../support/call-veza';
import { TestSystem } from '../support/test-system';

test('without a webhook it prints the text', async () => {
  expect(await runCli(['notify', 'production runs v1.2.3'])).toStrictEqual({
    status: 0,
    out: 'notification: production runs v1.2.3\n',
    err: '',
  });
});

test('a webhook that fails is a line, and no failure', async () => {
  const system = new TestSystem({ variables: { SLACK_WEBHOOK_URL: 'http://SECRET.invalid/' } });
  expect(await runCli(['notify', 'hello'], system)).toStrictEqual({
    status: 0,
    out: '',
    err: expect.stringMatching(/^the notification did not arrive: the webhook cannot be reached \(E[A-Z_]+\)\n$/),
  });
});

test.each([
  [[], `missing required argument 'text'\n${usageHint}`],
  [['production', 'runs'], `too many arguments for 'notify'. Expected 1 argument but got 2.\n${usageHint}`],
  [[' '], 'the text is empty; give a line to send'],
])('%j is wrong usage', async (args, problem) => {
  expect(await runCli(['notify', ...args])).toStrictEqual(usageError(problem));
});
