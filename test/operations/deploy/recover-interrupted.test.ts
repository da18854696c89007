import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { recoverInterrupted } from '../../../lib/operations/deploy/recover-interrupted';
import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import type { KubeObject } from '../../support/cluster/objects';
import type { Running } from '../../support/cluster/run';
import { until } from '../../support/until';
import { all, Bed } from './bed';

const environment = changed(staging, 'deployment.timeoutSeconds', 5);
let bed: Bed;

jest.setTimeout(240_000);
beforeAll(async () => {
  bed = await Bed.make(environment);
});
afterAll(() => bed.stop());
beforeEach(() => {
  bed.told.length = 0;
});

const deploying = (version: string) => bed.start('deploy', ['staging', version, `--base-url=${bed.url}`]);

const trying = ({ said }: Running) => until(() => said().includes('Running smoke tests'));

/** What the world is answered while some release runs. */
function unready(version: string): void {
  bed.answers['/ready'] = (_, response) => {
    response.writeHead(bed.running[0] === `backend-api:${version}` ? 503 : 200).end();
  };
}

test.each([
  'deploy v1.0.0 after revision 7 by jane@laptop (c0ffee)',
  'deploy v1.1.0 after revision 6 by jane@laptop (c0ffee)',
  'rollback to revision 6 by jane@laptop (c0ffee)',
  undefined,
])('a revision that whoever died had nothing to do with is not judged: %s', async (left) => {
  const last = { revision: 7, status: 'deployed', description: 'deploy v1.0.0', app_version: 'v1.0.0', updated: '' };
  let runs = 0;
  const runSmokeTests = async () => {
    runs += 1;
  };
  const context = { ...(await bed.context()), runSmokeTests };
  const { signal } = new AbortController();
  await recoverInterrupted(context, [last], { previousHolder: left, signal });
  expect(runs).toBe(0);
  await recoverInterrupted(context, [last], { previousHolder: 'deploy v1.0.0 after revision 5 by jane', signal });
  expect(runs).toBe(1);
});

test('a deploy that is stopped while it tries the services goes back', async () => {
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  unready('v1.1.0');
  const program = bed.pipeline('deploy', ['staging', 'v1.1.0', `--base-url=${bed.url}`]);
  await trying(program);
  program.child.kill('SIGTERM');
  const { status, stderr, stdout } = await program.answer;
  expect([status, stderr.split('\n')]).toStrictEqual([
    1,
    [
      'SIGTERM: cleaning up; please wait',
      'error: stopped by SIGTERM',
      'error: rolled back to revision 1 (v1.0.0)',
      '',
    ],
  ]);
  expect(stdout).toContain('notification: v1.1.0 was not deployed to staging: stopped by SIGTERM; went back');
  expect(bed.running).toStrictEqual(all('v1.0.0'));
});

test('a deploy that is stopped while Helm is at work goes back, and says who stopped it', async () => {
  bed.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const program = deploying('v8.8.8');
  await until(() => bed.running.includes('backend-api:v8.8.8'));
  program.child.kill('SIGINT');
  const { status, stderr } = await program.answer;
  expect([status, stderr.split('\n').slice(1)]).toStrictEqual([
    1,
    ['error: deploy of v8.8.8 failed: stopped by SIGINT', 'error: rolled back to revision 3 (v1.0.0)', ''],
  ]);
  expect(bed.running).toStrictEqual(all('v1.0.0'));
});

test('a deploy that is killed while it tries the services is judged by the next', async () => {
  const program = deploying('v1.1.0');
  await trying(program);
  program.child.kill('SIGKILL');
  await program.answer;
  expect((await bed.history()).at(-1)).toBe('6 deployed v1.1.0');
  nobodyIsHeardOf();
  expect(await bed.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  const story = bed.told.filter((line) => /interrupted deploy|Roll(ing|ed) back/.test(line));
  expect(story).toStrictEqual([
    'Running the smoke tests of an interrupted deploy of v1.1.0 …',
    expect.stringMatching(/^Rolling back v1\.1\.0: 3 of 8 smoke tests failed: .* …$/),
    '  ✔ Rolled back to revision 5 (v1.0.0)',
  ]);
  expect((await bed.history()).slice(-3)).toStrictEqual([
    '6 superseded v1.1.0',
    '7 superseded v1.0.0',
    '8 deployed v1.2.0',
  ]);
});

test('a deploy that is killed takes Helm with it, and what never became ready does not become the release', async () => {
  const before = await bed.history();
  bed.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const program = deploying('v8.8.8');
  await until(() => bed.running.includes('backend-api:v8.8.8'));
  program.child.kill('SIGKILL');
  await program.answer;
  // A Helm that is still at work would find everything ready from now on, and call it deployed.
  bed.cluster.hooks.failures.length = 0;
  nobodyIsHeardOf();
  expect(await bed.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  const history = (await bed.history()).slice(before.length);
  expect(history.map((line) => line.replace(/^\d+ /, ''))).toStrictEqual([
    'pending-upgrade v8.8.8',
    `superseded ${before.at(-1)?.split(' ').at(-1)}`,
    'deployed v1.2.0',
  ]);
});

test('a rollback that is killed goes on to where it was going', async () => {
  const before = await bed.history();
  const aim =
    before
      .filter((line) => line.endsWith('superseded v1.0.0'))
      .at(-1)
      ?.split(' ')[0] ?? '';
  bed.cluster.fail({ image: /:v1\.0\.0$/, as: 'NotReady' });
  const args = ['rollback', 'veza-staging', aim, '--wait', '--timeout=60s', '--namespace=veza-staging'];
  const child = spawn('helm', args, { env: process.env, detached: true });
  await until(
    async () => bed.running.includes('backend-api:v1.0.0') && (await bed.history()).length === before.length + 1,
  );
  child.kill('SIGKILL');
  await once(child, 'close');
  bed.cluster.hooks.failures.length = 0;
  expect((await bed.history()).at(-1)).toBe(`${before.length + 1} pending-rollback v1.0.0`);
  expect(await bed.deploy('v1.3.0')).toStrictEqual({ done: 'v1.3.0 is deployed to staging' });
  expect(bed.told).toContain(`  ✔ Rolled back to revision ${aim} (v1.0.0)`);
});

test('a cluster that is lost in the middle is no wrong usage, and nobody claims to know how it stands', async () => {
  bed.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const work = bed.deploy('v8.8.8');
  await until(() => bed.running.includes('backend-api:v8.8.8'));
  await bed.cluster.stop();
  expect((await work).failed).toStrictEqual([
    expect.stringMatching(/^deploy of v8\.8\.8 failed: /),
    expect.stringMatching(/^could not determine whether the rollback succeeded: helm history: /),
  ]);
});

/** The Lease of somebody who was killed runs out, in a test sooner than in a cluster. */
function nobodyIsHeardOf(): void {
  const lease = bed.cluster.objects.one<KubeObject & { readonly spec: object }>('Lease', 'operation', 'veza-staging');
  if (!lease) throw new Error('nobody held the Lease');
  bed.put({ ...lease, spec: { ...lease.spec, leaseDurationSeconds: 1 } });
}
