import type { Environment } from '../../lib/platform/environment';
import { changed } from '../support/changed';
import type { KubeObject } from '../support/cluster/objects';
import { all } from '../support/deploy-harness';
import { staging } from '../support/environments/staging';
import { staging as small } from '../support/small-environment';
import { until } from '../support/until';
import { installTools, type Tools, ToolsHarness } from './support/tools-harness';

const environment = changed(staging, 'deployment.timeoutSeconds', 10);

jest.setTimeout(180_000);
beforeAll(installTools, 120_000);

describe.each<Tools>(['helm3', 'helm4'])('a cluster in which %s has deployed a release', (tools) => {
  let deployed: ToolsHarness;
  let harness: ToolsHarness;

  beforeAll(async () => {
    deployed = await ToolsHarness.start(environment, tools);
    expect(await deployed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
    await deployed.stop();
  });
  beforeEach(async () => {
    harness = await deployed.copy();
  });
  afterEach(() => harness.stop());

  test('a SIGTERM that reaches veza in a pipeline rolls the deploy back, and the notification says so', async () => {
    harness.answers['/ready'] = (_, response) => void response.writeHead(503).end();
    const { child, answer, said } = harness.startDeploy('v1.1.0');
    await until(() => said().includes('Running smoke tests'));
    child.kill('SIGTERM');
    const { status, stderr, stdout } = await answer;
    expect([status, stderr.split('\n').slice(-3)]).toStrictEqual([
      1,
      ['error: stopped by SIGTERM', 'error: rolled back to revision 1 (v1.0.0)', ''],
    ]);
    expect(stdout).toContain('notification: v1.1.0 was not deployed to staging: stopped by SIGTERM; rolled back');
    expect(harness.running).toStrictEqual(all('v1.0.0'));
  });

  test('a process that is killed takes Helm with it, so that its release never becomes the deployed one', async () => {
    harness.cluster.fail({ image: /:v8\.8\.8$/, as: 'NotReady' });
    const { child, answer } = harness.startDeploy('v8.8.8');
    await until(() => harness.running.includes('backend-api:v8.8.8'));
    child.kill('SIGKILL');
    await answer;
    // A Helm that is still at work would find everything ready from now on, and call it deployed.
    harness.cluster.hooks.failures.length = 0;
    const lease = harness.cluster.objects.one<KubeObject & { readonly spec: object }>(
      'Lease',
      'operation',
      'veza-staging',
    );
    if (!lease) throw new Error('the deploy held no lock');
    harness.put({ ...lease, spec: { ...lease.spec, leaseDurationSeconds: 1 } });
    expect(await harness.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
    expect(await harness.history()).toStrictEqual([
      '1 superseded v1.0.0',
      '2 pending-upgrade v8.8.8',
      '3 superseded v1.0.0',
      '4 deployed v1.2.0',
    ]);
  });

  test('a server-side apply of dist/ conflicts with Helm, and a client-side one overwrites the release', async () => {
    expect(await harness.deploy('v1.4.0')).toStrictEqual({ done: 'v1.4.0 is deployed to staging' });
    const files = ['staging', 'staging-monitoring', 'staging-logs', 'staging.dashboards'].map(
      (name) => `--filename=dist/${name}.k8s.yaml`,
    );
    const serverSide = await harness.kubectl(['apply', '--server-side', ...files]);
    expect([serverSide.status, harness.running]).toStrictEqual([1, all('v1.4.0')]);
    expect(serverSide.stderr).toContain('conflict with "helm"');
    expect((await harness.kubectl(['apply', ...files])).status).toBe(0);
    expect(harness.running).toStrictEqual(all('v1.0.0'));
  });
});

test.each<Tools>(['helm3', 'helm4'])(
  "a dry run with %s names changes and removed fields, whatever the user's own diff program prints",
  async (tools) => {
    const stated = changed(small, 'deployment.timeoutSeconds', 10);
    const harness = await ToolsHarness.start(stated, tools);
    process.env.KUBECTL_EXTERNAL_DIFF = 'diff --brief -N -r';
    const changes = async (other: Environment) => {
      harness.output.length = 0;
      expect(await harness.at(other).deploy('v1.0.0', { dryRun: true })).toMatchObject({ done: expect.anything() });
      return harness.output.filter((line) => /^ {2}(adds|changes|removes|retains|no) /.test(line));
    };
    try {
      expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
      expect(await changes(stated)).toStrictEqual(['  no changes']);
      expect(await changes(changed(stated, 'services.chat-server.resources.limits.cpu', '110m'))).toContain(
        '  changes veza-staging Deployment/veza-chat-server',
      );
    } finally {
      delete process.env.KUBECTL_EXTERNAL_DIFF;
      await harness.stop();
    }
  },
);
