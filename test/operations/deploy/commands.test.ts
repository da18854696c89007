import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import { all, Bed } from './bed';

const environment = changed(staging, 'deployment.timeoutSeconds', 4);
let bed: Bed;

jest.setTimeout(240_000);
afterEach(() => bed.stop());

test('each command prints one line for what is wrong, and for what it did', async () => {
  bed = await Bed.make(environment);
  const command = (name: string, ...args: readonly string[]) => bed.program(name, args);
  expect(await command('deploy', 'production', 'v1.0.0')).toStrictEqual({
    status: 2,
    stdout: '',
    stderr:
      'error: the current context is veza-staging, and production is in veza-production; run `kubectl config use-context veza-production`\n',
  });
  expect(await command('rollback', 'staging')).toStrictEqual({
    status: 2,
    stdout: '',
    stderr: 'error: no earlier release to roll back to (deployed revisions: none)\n',
  });
  expect((await command('releases', 'staging')).stdout).toBe('nothing was deployed to staging yet\n');
  const webhook = { SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/hook' };
  const deployed = await bed.program('deploy', ['staging', 'v1.0.0', `--base-url=${bed.url}`], webhook);
  expect(deployed.status).toBe(0);
  expect(deployed.stdout.trim().split('\n').at(-1)).toBe('v1.0.0 is deployed to staging');
  expect(deployed.stderr).toBe('the notification did not arrive: the webhook cannot be reached\n');
  expect((await command('deploy', 'staging', 'v1.1.0', `--base-url=${bed.url}`)).status).toBe(0);
  const back = await command('rollback', 'staging');
  expect([back.status, back.stderr]).toStrictEqual([0, '']);
  expect(back.stdout).toContain('data is not rolled back');
  expect(bed.running).toStrictEqual(all('v1.0.0'));
  const { stdout } = await command('releases', 'staging');
  const cells = stdout.split('\n').flatMap(
    (line) =>
      line
        .match(/│ (\d) +│ (\S+) +│ (\S+)/)
        ?.slice(1)
        .join(' ') ?? [],
  );
  expect(cells).toStrictEqual(['1 v1.0.0 superseded', '2 v1.1.0 superseded', '3 v1.0.0 deployed']);
});
