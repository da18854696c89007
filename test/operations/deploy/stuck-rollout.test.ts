import { changed } from '../../support/changed';
import { afterDeploys, all } from '../../support/deploy-harness';
import { staging } from '../../support/small-environment';

const environment = changed(staging, 'deployment.timeoutSeconds', 60);

/** Makes a cluster where v1.0.0 was deployed. */
const deployed = afterDeploys(environment, 'v1.0.0');

test('an exceeded quota is named while the deploy waits, and as the cause', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /chat-server:v1\.1\.0$/, as: 'QuotaExceeded' });
  const reason = /Deployment\/veza-chat-server: FailedCreate: pods .* is forbidden: exceeded quota/;
  const { failed = [] } = await harness.deploy('v1.1.0');
  const waiting = harness.output.findIndex((line) => line.startsWith('  waiting for') && reason.test(line));
  expect(waiting).toBeGreaterThan(-1);
  expect(failed[0]).toMatch(reason);
  expect(failed[1]).toBe('rolled back to revision 1 (v1.0.0)');
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});

test('an image that cannot be pulled is named while the deploy waits', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /chat-server:v1\.1\.0$/, as: 'ImagePullBackOff' });
  expect((await harness.deploy('v1.1.0')).failed?.[1]).toBe('rolled back to revision 1 (v1.0.0)');
  expect(harness.output).toContainEqual(
    expect.stringMatching(/^ {2}waiting for .*; pod veza-chat-server-\S+: ImagePullBackOff/),
  );
});

test('if the rollback fails too, the error describes what runs and the next step', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /./, as: 'Unschedulable' });
  harness.helm.onApplied = (revision) => {
    if (revision !== 2) return;
    // A node is drained meanwhile, and a ready pod goes with it.
    const pods = harness.cluster.objects.all('Pod', 'veza-staging');
    const [ready] = pods.filter(({ metadata }) => metadata.name.startsWith('veza-chat-server-'));
    if (ready) harness.cluster.objects.delete(ready);
  };
  const { failed = [] } = await harness.deploy('v1.1.0');
  expect(failed[0]).toMatch(/^deploy of v1\.1\.0 failed: pod veza-\S+: Unschedulable: 0\/1 nodes are available/);
  expect(failed.slice(1)).toStrictEqual([
    'rollback to revision 1 (v1.0.0) also failed (revision 3: failed); the environment is partly upgraded',
    expect.stringMatching(
      /^Deployment\/veza-chat-server \(v1\.0\.0, replicas 2\) is not rolled out; ready: veza-chat-server-\S+ \(v1\.0\.0\); not ready: veza-chat-server-\S+ \(v1\.0\.0\) Unschedulable: 0\/1 nodes/,
    ),
    expect.stringMatching(/^rolled out: .*veza-backend-api v1\.0\.0, /),
    'fix the cause, then run `npx veza rollback staging 1` (v1.0.0) or deploy again; `npx veza health staging` lists what fails',
  ]);
  harness.cluster.hooks.failures.length = 0;
  expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
});
