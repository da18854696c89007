import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rolesFor } from '../../lib/cluster/roles';
import { environmentPermissions } from '../../lib/operations/deploy/preflight/deploy-permissions';
import type { Environment } from '../../lib/platform/environment';
import { OperationError } from '../../lib/platform/errors';
import { environmentFiles } from '../../lib/synth/render-environment';
import { production } from '../../lib/veza/environments/production';
import { staging } from '../../lib/veza/environments/staging';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { user } from '../support/cluster/access';
import { versionInfo } from '../support/cluster/discovery';
import type { KubeObject } from '../support/cluster/objects';
import type { Workload } from '../support/cluster/workloads';
import { all } from '../support/deploy-harness';
import { parseManifests } from '../support/manifests';
import { until } from '../support/until';
import { installTools, type Tools, ToolsHarness } from './support/tools-harness';

const environment = changed(staging, 'deployment.timeoutSeconds', 10);

jest.setTimeout(180_000);
beforeAll(installTools, 120_000);

describe.each<Tools>(['helm3', 'helm4'])('the real kubectl and Helm of %s', (tools) => {
  let harness: ToolsHarness;

  beforeAll(async () => {
    harness = await ToolsHarness.start(environment, tools);
    // Everything below is done by a user who has just the permissions that the roles grant.
    const roles = rolesFor(environmentPermissions(veza, environment), 'deployer', [{ kind: 'User', name: user }]);
    for (const role of roles) harness.cluster.objects.create(role);
    harness.cluster.enforceRoles();
  });
  afterAll(() => harness.stop());

  test('deploy a release to an empty cluster, and the next', async () => {
    expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
    harness.output.length = 0;
    expect(await harness.deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
    expect(harness.output.filter((line) => /^ {2}(adds|changes) /.test(line))).toStrictEqual(
      ['backend-api', 'chat-server', 'stream-server'].map((name) => `  changes veza-staging Deployment/veza-${name}`),
    );
    expect(await harness.history()).toStrictEqual(['1 superseded v1.0.0', '2 deployed v1.1.0']);
  });

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

  test('go back when somebody stops them', async () => {
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

describe('a cluster without the operators that production needs', () => {
  const files = environmentFiles(production).map((file) => `dist/${file}.k8s.yaml`);
  const objects = files.flatMap((file) => parseManifests(readFileSync(file, 'utf8')));
  const missing = (kind: string) => /^(Cluster|ScheduledBackup|ObjectStore)$/.test(kind);
  const problems = [
    'clusters.postgresql.cnpg.io; install CloudNativePG: ',
    'scheduledbackups.postgresql.cnpg.io; install CloudNativePG: ',
    'objectstores.barmancloud.cnpg.io; install the plugin Barman Cloud: ',
  ].map((problem) => `the cluster has no kind ${problem}`);
  const outdated = `the cluster runs Kubernetes ${versionInfo.gitVersion}, and CloudNativePG 1.30, which runs the database cluster`;
  let harness: ToolsHarness;

  beforeAll(async () => {
    harness = await ToolsHarness.start(production, 'helm3');
  });
  afterAll(() => harness.stop());

  /** Those objects of dist/ that the cluster has, and those that it lacks. */
  const present = () =>
    objects.filter(({ kind, metadata }) => harness.cluster.objects.one(kind, metadata.name, metadata.namespace));
  const absent = () => objects.filter((object) => !present().includes(object)).map(({ kind }) => kind);

  test('deploy and diff say what is missing, and touch nothing', async () => {
    const before = present().length;
    const { failed = [] } = await harness.deploy('v1.0.0');
    const { status, stderr } = await harness.veza('diff', 'production');
    expect(status).toBe(0);
    for (const problem of [outdated, ...problems]) {
      expect(failed.join('\n')).toContain(problem);
      expect(stderr).toContain(`warning: ${problem}`);
    }
    expect(present()).toHaveLength(before);
  });

  test('kubectl apply of dist/ reports the missing kinds, and creates everything else', async () => {
    const { status, stderr } = await harness.kubectl(['apply', ...files.map((file) => `--filename=${file}`)]);
    expect(status).toBe(1);
    const reported = [...stderr.matchAll(/no matches for kind "(\w+)"/g)].map(([, kind]) => kind);
    const lacking = objects.map(({ kind }) => kind).filter(missing);
    expect(lacking).toHaveLength(3);
    expect(reported.sort()).toEqual([...lacking].sort());
    expect(absent().sort()).toEqual(lacking.sort());
  });

  test('then diff compares the rest, in which nothing differs', async () => {
    const { status, stdout, stderr } = await harness.veza('diff', 'production');
    expect([status, stdout]).toEqual([0, files.map((file) => `${file}: no difference\n`).join('')]);
    for (const problem of problems) expect(stderr).toContain(`warning: ${problem}`);
  });
});

describe.each<Tools>(['helm3', 'helm4'])('a cluster in which %s has deployed a release', (tools) => {
  let harness: ToolsHarness;

  beforeEach(async () => {
    harness = await ToolsHarness.start(environment, tools);
    expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
    harness.output.length = 0;
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

  test("a dry run names changes and removed fields, whatever the user's own diff program prints", async () => {
    process.env.KUBECTL_EXTERNAL_DIFF = 'diff --brief -N -r';
    const changes = async (other: Environment) => {
      harness.output.length = 0;
      expect(await harness.at(other).deploy('v1.0.0', { dryRun: true })).toMatchObject({ done: expect.anything() });
      return harness.output.filter((line) => /^ {2}(adds|changes|removes|retains|no) /.test(line));
    };
    try {
      expect(await changes(environment)).toStrictEqual(['  no changes']);
      expect(await changes(changed(environment, 'services.chat-server.resources.limits.cpu', '110m'))).toContain(
        '  changes veza-staging Deployment/veza-chat-server',
      );
    } finally {
      delete process.env.KUBECTL_EXTERNAL_DIFF;
    }
  });
});
