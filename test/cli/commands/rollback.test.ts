import { PassThrough } from 'node:stream';
import { changed } from '../../support/changed';
import { afterDeploys, all, DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/small-environment';
import { runCli, usageError, vezaProject } from '../support/call-veza';
import { systemOf } from '../support/test-system';

const deployedTwice = afterDeploys(staging, 'v1.0.0', 'v1.1.0');

/** Revision, release and state of each row of `veza releases`. */
function releaseRows(out: string): string[] {
  return [...out.matchAll(/│ (\d+) +│ (\S+) +│ (\S+)/g)].map((cells) => cells.slice(1).join(' '));
}

test('without a release there is nothing to list and nothing to roll back to', async () => {
  const harness = new DeployHarness();
  expect(await runCli(['releases', 'staging'], systemOf(harness))).toStrictEqual({
    status: 0,
    out: 'nothing was deployed to staging yet\n',
    err: '',
  });
  expect(await runCli(['rollback', 'staging'], systemOf(harness))).toStrictEqual(
    usageError('no earlier release to roll back to (deployed revisions: none)'),
  );
});

test('a rollback goes to the release before, and the list shows it', async () => {
  const harness = await deployedTwice();
  const { status, out, err } = await runCli(['rollback', 'staging'], systemOf(harness));
  expect([status, err]).toStrictEqual([0, '']);
  expect(out).toContain('data is not rolled back');
  expect(out.trim().split('\n').at(-1)).toMatch(/^notification: .*v1\.0\.0/);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
  const releases = await runCli(['releases', 'staging'], systemOf(harness));
  expect(releaseRows(releases.out)).toStrictEqual(['1 v1.0.0 superseded', '2 v1.1.0 superseded', '3 v1.0.0 deployed']);
});

test('a rollback of an environment that asks for confirmation needs a terminal or --yes', async () => {
  const project = { ...vezaProject, environments: [changed(staging, 'deployment.confirmed', true)] };
  const harness = await deployedTwice();
  const refused = await runCli(['rollback', 'staging'], systemOf(harness), project);
  expect([refused.status, refused.err]).toStrictEqual([
    2,
    'error: this rolls staging back to revision 1 (v1.0.0). There is no terminal to confirm it on; use --yes\n',
  ]);
  expect(harness.running).toStrictEqual(all('v1.1.0'));
  expect((await runCli(['rollback', 'staging', '--yes'], systemOf(harness), project)).status).toBe(0);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});

test('a rollback is confirmed on a terminal by the name of the environment', async () => {
  const project = { ...vezaProject, environments: [changed(staging, 'deployment.confirmed', true)] };
  const harness = await deployedTwice();
  const system = Object.assign(systemOf(harness), { stdin: Object.assign(new PassThrough(), { isTTY: true }) });
  system.stdin.write('staging\n');
  expect((await runCli(['rollback', 'staging'], system, project)).status).toBe(0);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});
