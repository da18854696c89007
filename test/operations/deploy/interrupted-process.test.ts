import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import type { KubeObject } from '../../support/cluster/objects';
import type { Running } from '../../support/cluster/run';
import { until } from '../../support/until';
import { all, Bed } from './bed';

const environment = changed(staging, 'deployment.timeoutSeconds', 5);
let bed: Bed;

jest.setTimeout(240_000);
beforeEach(async () => {
  bed = await Bed.make(environment);
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  bed.told.length = 0;
});
afterEach(() => bed.stop());

const smokeTestsRun = ({ said }: Running) => until(() => said().includes('Running smoke tests'));

test('a SIGTERM that reaches veza in a pipeline rolls the deploy back, and the notification says so', async () => {
  bed.answers['/ready'] = (_, response) => void response.writeHead(503).end();
  const program = bed.pipeline('deploy', ['staging', 'v1.1.0', `--base-url=${bed.url}`]);
  await smokeTestsRun(program);
  program.child.kill('SIGTERM');
  const { status, stderr, stdout } = await program.answer;
  expect([status, stderr.split('\n').slice(-3)]).toStrictEqual([
    1,
    ['error: stopped by SIGTERM', 'error: rolled back to revision 1 (v1.0.0)', ''],
  ]);
  expect(stdout).toContain('notification: v1.1.0 was not deployed to staging: stopped by SIGTERM; rolled back');
  expect(bed.running).toStrictEqual(all('v1.0.0'));
});

test('a process that is killed takes Helm with it, so that its release never becomes the deployed one', async () => {
  bed.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const program = bed.start('deploy', ['staging', 'v8.8.8', `--base-url=${bed.url}`]);
  await until(() => bed.running.includes('backend-api:v8.8.8'));
  program.child.kill('SIGKILL');
  await program.answer;
  // A Helm that is still at work would find everything ready from now on, and call it deployed.
  bed.cluster.hooks.failures.length = 0;
  const lease = bed.cluster.objects.one<KubeObject & { readonly spec: object }>('Lease', 'operation', 'veza-staging');
  if (!lease) throw new Error('the deploy held no lock');
  bed.put({ ...lease, spec: { ...lease.spec, leaseDurationSeconds: 1 } });
  expect(await bed.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(await bed.history()).toStrictEqual([
    '1 superseded v1.0.0',
    '2 pending-upgrade v8.8.8',
    '3 superseded v1.0.0',
    '4 deployed v1.2.0',
  ]);
});
