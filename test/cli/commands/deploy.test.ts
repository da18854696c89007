import { veza } from '../../../lib/veza/veza';
import { Site } from '../../operations/smoke/site';
import { afterDeploys, all, DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/environments/staging';
import { type CommandResult, runCli, usageError, usageHint } from '../support/call-veza';
import { scripts, systemOf, TestSystem, toolsIn } from '../support/test-system';

const deployed = afterDeploys(staging, 'v1.0.0');
let site: Site;
let baseUrl: string;
beforeEach(async () => {
  site = new Site();
  const { host, port } = await site.start();
  baseUrl = `--base-url=http://${host}:${port}`;
});
afterEach(() => site.stop());

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1);
}

test.each<[string, string[], Record<string, string>, string]>([
  ['no version', ['staging'], {}, `missing required argument 'version'\n${usageHint}`],
  ['an unknown environment', ['prod', 'v1.0.0'], {}, '"prod" is not an environment; use one of staging, production'],
  [
    'a malformed version',
    ['staging', 'latest'],
    {},
    'version: "latest": use a version such as v1.2.3 or v1.2.3-rc.1; to state the digest of its image, add @sha256: and 64 hexadecimal digits',
  ],
  [
    'an unknown service',
    ['staging', 'v1.0.0', '--service=chat'],
    {},
    `--service "chat" is not a service; use one of ${veza.services.map(({ name }) => name).join(', ')}`,
  ],
  [
    'no reason to skip the backup',
    ['staging', 'v1.0.0', '--skip-backup='],
    {},
    '--skip-backup "": give the reason in 10 to 200 characters; it is recorded',
  ],
  [
    'no kubectl',
    ['staging', 'v1.0.0'],
    {},
    'could not run kubectl (spawn kubectl ENOENT); install it and put it on the PATH',
  ],
  [
    'no context',
    ['staging', 'v1.0.0'],
    { kubectl: 'echo' },
    'kubectl has no current context; run `kubectl config use-context veza-staging`',
  ],
  [
    'no Helm',
    ['staging', 'v1.0.0'],
    { kubectl: 'echo veza-staging' },
    'could not run helm (spawn helm ENOENT); install it and put it on the PATH',
  ],
  [
    'a Helm that takes nothing over',
    ['staging', 'v1.0.0'],
    { kubectl: 'echo veza-staging', helm: 'echo v3.16.4' },
    'Helm v3.16.4 is too old; install 3.17.0 or newer',
  ],
])('%s is one line, and nothing is changed', async (_, args, programs, problem) => {
  const system = new TestSystem({ clients: toolsIn(scripts(programs)) });
  expect(await runCli(['deploy', ...args], system)).toStrictEqual(usageError(problem));
});

test('the context of another environment is refused', async () => {
  expect(await runCli(['deploy', 'production', 'v1.0.0'], systemOf(new DeployHarness()))).toStrictEqual(
    usageError(
      'the current context is veza-staging, but production is in veza-production; run `kubectl config use-context veza-production`',
    ),
  );
});

test('a deploy prints its steps, the smoke tests and the result, and sends that to the webhook', async () => {
  const harness = new DeployHarness();
  const { status, out, err } = await runCli(['deploy', 'staging', 'v1.0.0', baseUrl], systemOf(harness));
  expect([status, err]).toStrictEqual([0, '']);
  expect(out).toMatch(/^ok {6}chat-server {2}ws:\/\/chat\.staging\.veza\.app\/ws via 127\.0\.0\.1:\d+: 101/m);
  expect(out.trim().split('\n').slice(-2)).toStrictEqual([
    'v1.0.0 is deployed to staging',
    'notification: v1.0.0 is deployed to staging',
  ]);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});

test('a webhook that cannot be reached does not make the deploy fail', async () => {
  const system = systemOf(new DeployHarness(), { SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/hook' });
  const { status, out, err } = await runCli(['deploy', 'staging', 'v1.0.0', baseUrl], system);
  expect([status, lastLine(out)]).toStrictEqual([0, 'v1.0.0 is deployed to staging']);
  expect(err).toBe('the notification did not arrive: the webhook cannot be reached\n');
});

test('a dry run prints the changes, and sends nothing', async () => {
  const { status, out } = await runCli(['deploy', 'staging', 'v1.1.0', '--dry-run'], systemOf(await deployed()));
  expect([status, out]).toStrictEqual([0, expect.not.stringContaining('notification')]);
  expect(out).toContain('  changes veza-staging Deployment/veza-chat-server');
});

test('a log that may hold a secret is printed for the user, and not sent to the webhook', async () => {
  const harness = new DeployHarness();
  harness.cluster.fail({ image: /chat-server/, as: 'CrashLoopBackOff', log: 'dial postgres://veza:hunter2@db' });
  const { status, out, err } = await runCli(['deploy', 'staging', 'v1.0.0'], systemOf(harness));
  expect(status).toBe(1);
  expect(err).toMatch(
    /^error: deploy of v1\.0\.0 failed: pod veza-chat-server-\S+: CrashLoopBackOff: .+; last log lines: dial postgres:\/\/veza:hunter2@db; Helm: .+$/m,
  );
  expect(out).toMatch(
    /^notification: v1\.0\.0 was not deployed to staging: deploy of v1\.0\.0 failed: pod veza-chat-server-\S+: CrashLoopBackOff: .+; Helm: .+$/m,
  );
  expect(out).not.toContain('hunter2');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s rolls the deploy back, and the notification says so', async (signal) => {
  site.answers['/ready'] = (_, response) => void response.writeHead(503).end();
  const harness = await deployed();
  const system = systemOf(harness);
  system.onOutput = (out) => {
    if (out.endsWith('Running smoke tests …\n')) system.signals.emit(signal, signal);
  };
  const { status, out, err } = await runCli(['deploy', 'staging', 'v1.1.0', baseUrl], system);
  expect({ status, err }).toStrictEqual<Omit<CommandResult, 'out'>>({
    status: 1,
    err: `${signal}: cleaning up; please wait\nerror: stopped by ${signal}\nerror: rolled back to revision 1 (v1.0.0)\n`,
  });
  expect(lastLine(out)).toBe(
    `notification: v1.1.0 was not deployed to staging: stopped by ${signal}; rolled back to revision 1 (v1.0.0)`,
  );
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});
