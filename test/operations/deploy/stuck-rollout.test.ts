import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import { until } from '../../support/until';
import { all, Bed } from './bed';

const environment = changed(staging, 'deployment.timeoutSeconds', 4);
let bed: Bed;

jest.setTimeout(240_000);
beforeEach(async () => {
  bed = await Bed.make(environment);
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  bed.told.length = 0;
});
afterEach(() => bed.stop());

test('a full quota is named while the deploy still waits, and as the cause', async () => {
  bed.cluster.fail({ image: /chat-server:v1\.1\.0$/, as: 'QuotaExceeded' });
  const reason = /Deployment\/veza-chat-server: FailedCreate: pods .* is forbidden: exceeded quota/;
  const work = bed.deploy('v1.1.0');
  await until(() => bed.told.some((line) => line.startsWith('  waiting for') && reason.test(line)));
  const { failed = [] } = await work;
  expect(failed[0]).toMatch(reason);
  expect(failed[1]).toBe('rolled back to revision 1 (v1.0.0)');
  expect(bed.running).toStrictEqual(all('v1.0.0'));
});

test('an image that does not come is named while the deploy still waits', async () => {
  bed.cluster.fail({ image: /chat-server:v1\.1\.0$/, as: 'ImagePullBackOff' });
  const work = bed.deploy('v1.1.0');
  await until(() =>
    bed.told.some((line) => /^ {2}waiting for .*; pod veza-chat-server-\S+: ImagePullBackOff/.test(line)),
  );
  expect((await work).failed?.[1]).toBe('rolled back to revision 1 (v1.0.0)');
});

test('where no pod can start, what runs is said, and what to type next', async () => {
  bed.cluster.fail({ image: /./, as: 'Unschedulable' });
  const work = bed.deploy('v1.1.0');
  await until(() => bed.running.includes('chat-server:v1.1.0'));
  // A node that is drained meanwhile takes pods that serve with it.
  for (const pod of bed.cluster.objects.all('Pod', 'veza-staging')) {
    if (/^veza-chat-server-.*-p1$/.test(pod.metadata.name)) bed.cluster.objects.delete(pod);
  }
  const { failed = [] } = await work;
  expect(failed[0]).toMatch(/^deploy of v1\.1\.0 failed: pod veza-\S+: Unschedulable: 0\/1 nodes are available/);
  expect(failed.slice(1)).toStrictEqual([
    'rollback to revision 1 (v1.0.0) also failed (revision 3: failed); the environment is partly upgraded',
    expect.stringMatching(
      /^Deployment\/veza-chat-server \(v1\.0\.0, replicas 2\) is not rolled out; ready: veza-chat-server-\S+ \(v1\.0\.0\); not ready: veza-chat-server-\S+ \(v1\.0\.0\) Unschedulable: 0\/1 nodes/,
    ),
    expect.stringMatching(/^rolled out: .*veza-backend-api v1\.0\.0, /),
    'fix the cause, then run `npx veza rollback staging 1` (v1.0.0) or deploy again; `npx veza health staging` lists what fails',
  ]);
  bed.cluster.hooks.failures.length = 0;
  expect(await bed.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
});
