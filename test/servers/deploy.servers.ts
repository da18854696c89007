import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRoles } from '../../lib/cluster/permissions';
import { listEnvironmentPermissions } from '../../lib/operations/deploy/preflight/deploy-permissions';
import type { Environment } from '../../lib/platform/environment';
import { OperationError } from '../../lib/platform/errors';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { user } from '../support/cluster/access';
import type { Workload } from '../support/cluster/workloads';
import { all } from '../support/deploy-harness';
import { staging } from '../support/environments/staging';
import { staging as small } from '../support/small-environment';
import { until } from '../support/until';
import { installTools, type Tools, ToolsHarness } from './support/tools-harness';

const full = changed(staging, 'deployment.timeoutSeconds', 10);
// How a deploy ends is the same with a third of the objects.
const environment = changed(small, 'deployment.timeoutSeconds', 10);

jest.setTimeout(180_000);
beforeAll(installTools, 120_000);

/** A cluster in which everything is done by a user who has just the permissions that the roles grant. */
async function startWithRoles(stated: Environment, tools: Tools): Promise<ToolsHarness> {
  const harness = await ToolsHarness.start(stated, tools);
  const roles = createRoles(listEnvironmentPermissions(veza, stated), 'deployer', [{ kind: 'User', name: user }]);
  for (const role of roles) harness.cluster.objects.create(role);
  harness.cluster.enforceRoles();
  return harness;
}

/** Deploys to an empty cluster, and then the next release. */
async function deployTwice(harness: ToolsHarness): Promise<void> {
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  harness.output.length = 0;
  expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.output.filter((line) => /^ {2}(adds|changes) /.test(line))).toStrictEqual(
    ['backend-api', 'chat-server', 'stream-server'].map((name) => `  changes veza-staging Deployment/veza-${name}`),
  );
  expect(await harness.history()).toStrictEqual(['1 superseded v1.0.0', '2 deployed v1.1.0']);
}

test.each<Tools>(['helm3', 'helm4'])(
  'the real kubectl and Helm of %s deploy a release with its monitoring to an empty cluster, and the next',
  async (tools) => {
    const harness = await startWithRoles(full, tools);
    try {
      await deployTwice(harness);
    } finally {
      await harness.stop();
    }
  },
);

describe.each<Tools>(['helm3', 'helm4'])('the real kubectl and Helm of %s', (tools) => {
  let harness: ToolsHarness;

  beforeAll(async () => {
    harness = await startWithRoles(environment, tools);
  });
  afterAll(() => harness.stop());

  test('deploy a release to an empty cluster, and the next', () => deployTwice(harness));

  test('go back by themselves from an image that never comes', async () => {
    harness.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
    const { failed = [] } = await harness.deploy('v6.6.6');
    expect(failed[0]).toMatch(/^deploy of v6\.6\.6 failed: pod veza-\S+: ImagePullBackOff: /);
    expect(failed[1]).toBe('rolled back to revision 2 (v1.1.0)');
    expect(harness.running).toStrictEqual(all('v1.1.0'));
    expect(harness.ready).toHaveLength(3);
  });

  test('go back when the world gets no answer', async () => {
    harness.answers['/ready'] = (_, response) => void response.writeHead(503).end();
    const { failed = [] } = await harness.deploy('v1.2.0', { services: ['chat-server'] });
    delete harness.answers['/ready'];
    expect(failed[1]).toBe('rolled back to revision 4 (v1.1.0)');
    expect(harness.running).toStrictEqual(all('v1.1.0'));
  });

  test('roll back when a user stops them', async () => {
    harness.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
    const stop = new AbortController();
    const work = harness.deploy('v8.8.8', { signal: stop.signal });
    await until(() => harness.running.includes('backend-api:v8.8.8'));
    stop.abort(new OperationError(['stopped by SIGTERM']));
    expect(await work).toMatchObject({
      failed: ['deploy of v8.8.8 failed: stopped by SIGTERM', 'rolled back to revision 6 (v1.1.0)'],
    });
    expect(await harness.history()).toHaveLength(8);
    expect(harness.running).toStrictEqual(all('v1.1.0'));
  });

  test('leave of a rollback that is killed where it was going', async () => {
    harness.cluster.fail({ image: /:v1\.0\.0$/, as: 'NotReady' });
    const args = ['rollback', 'veza-staging', '1', '--wait', '--timeout=60s', '--namespace=veza-staging'];
    const child = spawn('helm', args, { env: process.env, stdio: 'ignore' });
    await until(() => harness.running.includes('backend-api:v1.0.0'));
    child.kill('SIGKILL');
    await once(child, 'close');
    harness.cluster.hooks.failures.length = 0;
    expect((await harness.history()).at(-1)).toBe('9 pending-rollback v1.0.0');
    expect(await harness.deploy('v1.3.0')).toStrictEqual({ done: 'v1.3.0 is deployed to staging' });
    expect(harness.output).toContain('  ✔ Rolled back to revision 1 (v1.0.0)');
  });
});

test.each<Tools>(['helm3', 'helm4'])(
  'the real tools of %s keep the number of pods that an autoscaler takes over',
  async (tools) => {
    const harness = await ToolsHarness.start(environment, tools);
    try {
      const scaled = changed(environment, 'services.chat-server.scaling', {
        kind: 'auto',
        min: 2,
        max: 6,
        targetCpu: 70,
      });
      expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
      await harness.kubectl(['scale', 'deployment/veza-chat-server', '--replicas=4', '--namespace=veza-staging']);
      const chat = () => harness.cluster.objects.one<Workload>('Deployment', 'veza-chat-server', 'veza-staging');
      const numbers = new Set<number | undefined>();
      harness.cluster.objects.listen(() => numbers.add(chat()?.spec.replicas));
      for (const version of ['v1.1.0', 'v1.2.0']) {
        expect(await harness.at(scaled).deploy(version)).toStrictEqual({ done: `${version} is deployed to staging` });
      }
      expect([...numbers]).toStrictEqual([4]);
    } finally {
      await harness.stop();
    }
  },
);
