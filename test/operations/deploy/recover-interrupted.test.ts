import { recoverInterrupted } from '../../../lib/operations/deploy/recover-interrupted';
import { OperationError } from '../../../lib/platform/errors';
import { changed } from '../../support/changed';
import { afterDeploys, all, DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/small-environment';

const environment = changed(staging, 'deployment.timeoutSeconds', 60);

/** Makes a cluster where v1.0.0 was deployed. */
const deployed = afterDeploys(environment, 'v1.0.0');

/** Lines of the progress that say what a deploy recovered from. */
function recovery({ output }: DeployHarness): string[] {
  return output.filter((line) => /interrupted deploy|Roll(ing|ed) back/.test(line));
}

test.each([
  'deploy v1.0.0 after revision 7 by jane@laptop (c0ffee)',
  'deploy v1.1.0 after revision 6 by jane@laptop (c0ffee)',
  'rollback to revision 6 by jane@laptop (c0ffee)',
  undefined,
])('a revision that the previous holder of the lock did not deploy is not verified: %s', async (previousHolder) => {
  const last = { revision: 7, status: 'deployed', description: 'deploy v1.0.0', app_version: 'v1.0.0', updated: '' };
  let runs = 0;
  const runSmokeTests = async () => {
    runs += 1;
  };
  const context = { ...new DeployHarness(environment).context(), runSmokeTests };
  const { signal } = new AbortController();
  await recoverInterrupted(context, [last], { previousHolder, signal });
  expect(runs).toBe(0);
  await recoverInterrupted(context, [last], { previousHolder: 'deploy v1.0.0 after revision 5 by jane', signal });
  expect(runs).toBe(1);
});

test('a deploy that is aborted during its smoke tests is rolled back, and the error names the signal', async () => {
  const harness = await deployed();
  const stop = new AbortController();
  harness.runSmokeTests = async () => stop.abort(new OperationError(['stopped by SIGTERM']));
  expect((await harness.deploy('v1.1.0', { signal: stop.signal })).failed).toStrictEqual([
    'stopped by SIGTERM',
    'rolled back to revision 1 (v1.0.0)',
  ]);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});

test('a deploy that is aborted while Helm is at work is rolled back by Helm, and the error names the signal', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const stop = new AbortController();
  harness.helm.onApplied = (revision) => {
    if (revision === 2) stop.abort(new OperationError(['stopped by SIGINT']));
  };
  expect((await harness.deploy('v8.8.8', { signal: stop.signal })).failed).toStrictEqual([
    'deploy of v8.8.8 failed: stopped by SIGINT',
    'rolled back to revision 1 (v1.0.0)',
  ]);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
});

test('a deploy that is killed during its smoke tests is verified by the next, and rolled back if they fail', async () => {
  const harness = await deployed();
  await new Promise<void>((resolve) => {
    const { kill } = harness.deployUntilKilled('v1.1.0');
    harness.runSmokeTests = async () => {
      kill();
      resolve();
    };
  });
  expect((await harness.history()).at(-1)).toBe('2 deployed v1.1.0');
  harness.runSmokeTests = async () => {
    if (harness.running[0] === 'backend-api:v1.1.0') throw new OperationError(['3 of 8 smoke tests failed: 503']);
  };
  expect(await harness.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(recovery(harness)).toStrictEqual([
    'Running the smoke tests of an interrupted deploy of v1.1.0 …',
    'Rolling back v1.1.0: 3 of 8 smoke tests failed: 503 …',
    '  ✔ Rolled back to revision 1 (v1.0.0)',
  ]);
  expect(await harness.history()).toStrictEqual([
    '1 superseded v1.0.0',
    '2 superseded v1.1.0',
    '3 superseded v1.0.0',
    '4 deployed v1.2.0',
  ]);
});

test('a release of a killed deploy whose smoke tests pass stays', async () => {
  const harness = await deployed();
  await new Promise<void>((resolve) => {
    const { kill } = harness.deployUntilKilled('v1.1.0');
    harness.runSmokeTests = async () => {
      kill();
      resolve();
    };
  });
  harness.runSmokeTests = async () => undefined;
  expect(await harness.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(recovery(harness)).toStrictEqual(['Running the smoke tests of an interrupted deploy of v1.1.0 …']);
  expect(await harness.history()).toStrictEqual(['1 superseded v1.0.0', '2 superseded v1.1.0', '3 deployed v1.2.0']);
});

test('an abort of the next deploy during these smoke tests rolls nothing back', async () => {
  const harness = await deployed();
  await new Promise<void>((resolve) => {
    const { kill } = harness.deployUntilKilled('v1.1.0');
    harness.runSmokeTests = async () => {
      kill();
      resolve();
    };
  });
  const stop = new AbortController();
  harness.runSmokeTests = async () => {
    stop.abort(new OperationError(['stopped by SIGTERM']));
    throw new OperationError(['3 of 8 smoke tests failed: 503']);
  };
  expect((await harness.deploy('v1.2.0', { signal: stop.signal })).failed).toStrictEqual(['stopped by SIGTERM']);
  expect(await harness.history()).toStrictEqual(['1 superseded v1.0.0', '2 deployed v1.1.0']);
});

test('a deploy that is killed while Helm is at work is rolled back by the next', async () => {
  const harness = await deployed();
  harness.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  await new Promise<void>((resolve) => {
    const { kill } = harness.deployUntilKilled('v8.8.8');
    harness.helm.onApplied = () => {
      kill();
      resolve();
    };
  });
  harness.helm.onApplied = () => undefined;
  expect((await harness.history()).at(-1)).toBe('2 pending-upgrade v8.8.8');
  expect(await harness.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(recovery(harness)).toStrictEqual([
    'Recovering from an interrupted deploy of v8.8.8 (pending-upgrade) …',
    '  ✔ Rolled back to revision 1 (v1.0.0)',
  ]);
  expect(await harness.history()).toStrictEqual([
    '1 superseded v1.0.0',
    '2 pending-upgrade v8.8.8',
    '3 superseded v1.0.0',
    '4 deployed v1.2.0',
  ]);
});

test('a first deploy that is killed while Helm is at work has its record deleted, and its objects are adopted', async () => {
  const harness = new DeployHarness(environment);
  await new Promise<void>((resolve) => {
    const { kill } = harness.deployUntilKilled('v1.0.0');
    harness.helm.onApplied = () => {
      kill();
      resolve();
    };
  });
  harness.helm.onApplied = () => undefined;
  expect(await harness.history()).toStrictEqual(['1 pending-install v1.0.0']);
  const { uid } = harness.cluster.objects.one('StatefulSet', 'postgres', 'veza-staging')?.metadata ?? {};
  expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.output).toContain('  ✔ Deleted the record of the first deploy; its objects are adopted');
  expect(await harness.history()).toStrictEqual(['1 deployed v1.1.0']);
  expect(harness.cluster.objects.one('StatefulSet', 'postgres', 'veza-staging')?.metadata.uid).toBe(uid);
});

test('a rollback that is killed is continued to its target', async () => {
  const harness = await deployed();
  await harness.deploy('v1.1.0');
  await harness.deploy('v1.2.0');
  const records = harness.cluster.objects.all('Secret', 'veza-staging').map(({ metadata }) => metadata.name);
  expect(records).toContain('sh.helm.release.v1.veza-staging.v3');
  const { manifest } = { manifest: await harness.helm.manifest(1) };
  const chart = { metadata: { name: 'veza-staging', version: '1.0.0', appVersion: 'v1.0.0' } };
  harness.helm.interrupt({ manifest, chart }, 'pending-rollback', 'Rollback to 1');
  expect(await harness.deploy('v1.3.0')).toStrictEqual({ done: 'v1.3.0 is deployed to staging' });
  expect(recovery(harness)).toContain('  ✔ Rolled back to revision 1 (v1.0.0)');
  expect(harness.helm.calls).toContain('rollback 1');
});

test('a deploy that has lost its lock stops at once, and rolls nothing back', async () => {
  const harness = await deployed();
  harness.helm.onApplied = () => {
    const lease = harness.cluster.objects.one<
      { spec: object } & NonNullable<ReturnType<typeof harness.cluster.objects.one>>
    >('Lease', 'operation', 'veza-staging');
    if (!lease) throw new Error('the deploy holds no lock');
    harness.cluster.objects.put({ ...lease, spec: { ...lease.spec, holderIdentity: 'another deploy' } });
  };
  harness.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
  const { failed = [] } = await harness.deploy('v8.8.8');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toContain('another deploy');
  expect((await harness.history()).at(-1)).toBe('2 pending-upgrade v8.8.8');
  expect(harness.helm.calls).toStrictEqual(['upgrade']);
});
