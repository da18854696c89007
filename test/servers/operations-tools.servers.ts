import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeChart } from '../../lib/operations/deploy/helm-upgrade';
import { renderEnvironment } from '../../lib/synth/render-environment';
import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';
import type { Cluster } from '../support/cluster/cluster';
import { type Answer, run } from '../support/cluster/run';
import type { Pod, Workload } from '../support/cluster/workloads';
import { staging } from '../support/environments/staging';
import { distFolder, parseManifests } from '../support/manifests';
import { installTools, ToolsHarness, toolsFolder } from './support/tools-harness';

const { namespace } = staging;
const file = join(distFolder, 'staging.k8s.yaml');
const manifests = readFileSync(file, 'utf8');
const objects = parseManifests(manifests);
const services = ['veza-backend-api', 'veza-chat-server', 'veza-stream-server'];

beforeAll(installTools, 120_000);

describe.each([
  ['helm3', 'atomic', [], 'context deadline exceeded'],
  ['helm4', 'rollback-on-failure', ['--server-side=true', '--force-conflicts'], 'resource Deployment/'],
] as const)('the tools of %s', (tools, rollbackFlag, applyFlags, cause) => {
  const folder = mkdtempSync(join(tmpdir(), 'veza-tools-'));
  const bin = toolsFolder(tools);
  let harness: ToolsHarness;
  let cluster: Cluster;

  beforeEach(async () => {
    harness = await ToolsHarness.start(staging, tools);
    cluster = harness.cluster;
    cluster.fail({ image: /:v9\.9\.9$/, as: 'ImagePullBackOff' });
  });
  afterEach(() => harness.stop());
  afterAll(() => rmSync(folder, { recursive: true }));

  const env = { HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
  const call = (command: readonly string[], input?: string) =>
    run(command, { bin, kubeconfig: cluster.kubeconfig, env, input });
  const kubectl = (args: string, input?: string) => call(['kubectl', ...args.split(' ')], input);
  const helm = (...args: readonly string[]) => call(['helm', ...args, `--namespace=${namespace}`]);
  const chart = (release: string, extra = '') => harness.chart(release, extra === '' ? {} : { 'extra.yaml': extra });

  const upgradeOf = (made: string, timeout: string) => [
    'upgrade',
    namespace,
    made,
    '--install',
    '--take-ownership',
    '--wait',
    `--timeout=${timeout}`,
    ...applyFlags,
  ];
  const upgrade = (made: string, ...args: readonly string[]) => helm(...upgradeOf(made, '30s'), ...args);

  async function history(): Promise<string[]> {
    const rows = JSON.parse((await helm('history', namespace, '--output=json')).stdout);
    return rows.map((row: Record<string, unknown>) => `${row.revision} ${row.status} ${row.app_version}`);
  }

  /** Releases that the services' pods run. */
  function running(): string[] {
    const pods = cluster.objects
      .all<Pod>('Pod', namespace)
      .filter(({ metadata }) => services.includes(metadata.labels?.app ?? ''));
    return [...new Set(pods.map(({ spec }) => spec.containers[0]?.image.replace(/^.*:/, '') ?? ''))].sort();
  }

  function lines({ stdout }: Answer, end: RegExp): number {
    return stdout.split('\n').filter((line) => end.test(line)).length;
  }

  test('kubectl applies an environment, finds it unchanged, and shows what would change', async () => {
    const applied = await kubectl(`apply -f ${file}`);
    expect([applied.status, lines(applied, / (created|configured)$/)]).toEqual([0, objects.length]);
    expect((await kubectl(`rollout status deployment/veza-backend-api -n ${namespace} --timeout=20s`)).status).toBe(0);
    const dry = await kubectl(`apply --dry-run=server -f ${file}`);
    expect([dry.status, lines(dry, /\(server dry run\)$/)]).toEqual([0, objects.length]);
    expect(await kubectl(`diff -f ${file}`)).toMatchObject({ status: 0, stdout: '' });
    const different = await kubectl('diff -f -', manifests.replace('LOG_LEVEL: debug', 'LOG_LEVEL: trace'));
    expect(different.status).toBe(1);
    expect(different.stdout.match(/^[-+] .*/gm)).toEqual(['-  LOG_LEVEL: debug', '+  LOG_LEVEL: trace']);
    expect((await kubectl(`auth can-i create secrets -n ${namespace}`)).stdout).toBe('yes\n');
    const serverSide = await kubectl(`apply --server-side --force-conflicts -f ${file}`);
    expect([serverSide.status, lines(serverSide, / serverside-applied$/)]).toEqual([0, objects.length]);
  }, 120_000);

  test.each(environments)(
    'the chart of $name passes the linter, and renders every document of dist',
    async (environment) => {
      const { files } = renderEnvironment(veza, environment);
      const made = writeChart(join(folder, environment.name), {
        name: environment.namespace,
        release: 'v1.0.0',
        files,
      });
      expect(await helm('lint', '--strict', made)).toMatchObject({ status: 0, stderr: '' });
      const documents = (text: string) =>
        text
          .split(/^---\n/m)
          // Helm writes where a document is from, and synth what made the file.
          .map((one) => one.replace(/^# (Source|Generated by).*\n/gm, '').trim())
          .filter((document) => document !== '');
      const { stdout } = await helm('template', environment.namespace, made);
      const dist = Object.keys(files).flatMap((name) => documents(readFileSync(join(distFolder, name), 'utf8')));
      expect(documents(stdout).sort()).toStrictEqual(dist.sort());
      expect(dist.length).toBeGreaterThan(90);
    },
    60_000,
  );

  test('an upgrade that fails is rolled back to what was taken over from kubectl', async () => {
    await kubectl(`apply -f ${file}`);
    expect(await upgrade(chart('v1.0.1'))).toMatchObject({ status: 0 });
    const { status, stderr } = await helm(...upgradeOf(chart('v9.9.9'), '5s'), `--${rollbackFlag}`);
    expect(status).toBe(1);
    expect(stderr).toContain(`rolled back due to ${rollbackFlag} being set: ${cause}`);
    expect(await history()).toEqual(['1 superseded v1.0.1', '2 failed v9.9.9', '3 deployed v1.0.1']);
    expect(running()).toEqual(['v1.0.1']);
  }, 120_000);

  test('what leaves the chart is pruned, unless it is to be kept', async () => {
    const extra = (name: string, policy: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}, annotations: {${policy}}}\n`;
    const both = `${extra('gone', '')}---\n${extra('kept', 'helm.sh/resource-policy: keep')}`;
    await upgrade(chart('v1.0.0', both));
    await upgrade(chart('v1.0.0'));
    const names = cluster.objects.all('ConfigMap', namespace).map(({ metadata }) => metadata.name);
    expect(['gone', 'kept'].map((name) => names.includes(name))).toEqual([false, true]);
  }, 120_000);

  test('an upgrade that is killed stays pending, and a rollback gets out of it', async () => {
    await upgrade(chart('v1.0.0'));
    const path = { ...process.env, ...env, KUBECONFIG: cluster.kubeconfig };
    const args = [...upgradeOf(chart('v9.9.9'), '60s'), `--namespace=${namespace}`];
    const child = spawn(join(bin, 'helm'), args, { env: path, stdio: 'ignore' });
    while (!running().includes('v9.9.9')) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await history()).toEqual(['1 deployed v1.0.0', '2 pending-upgrade v9.9.9']);
    const refused = await upgrade(chart('v1.0.2'));
    expect([refused.status, refused.stderr]).toEqual([
      1,
      'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n',
    ]);
    expect((await helm('rollback', namespace, '1', '--wait', '--timeout=20s')).status).toBe(0);
    expect(await history()).toEqual(['1 superseded v1.0.0', '2 pending-upgrade v9.9.9', '3 deployed v1.0.0']);
    expect(running()).toEqual(['v1.0.0']);
  }, 120_000);

  test('replicas that an autoscaler decides stay through upgrade and rollback', async () => {
    const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat, namespace: ${namespace}}
spec: {minReplicas: 3, maxReplicas: 6, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: scaled, namespace: ${namespace}}
spec: {selector: {matchLabels: {app: scaled}}, template: {metadata: {labels: {app: scaled}}, spec: {containers: [{name: a, image: 'a:RELEASE'}]}}}
`;
    const replicas = () => cluster.objects.one<Workload>('Deployment', 'scaled', namespace)?.spec.replicas;
    await upgrade(chart('v1.0.0', scaler.replace('RELEASE', 'v1')));
    expect(replicas()).toBe(3);
    await kubectl(`scale deployment/scaled --replicas=5 -n ${namespace}`);
    await upgrade(chart('v1.0.1', scaler.replace('RELEASE', 'v2')));
    expect(replicas()).toBe(5);
    await helm('rollback', namespace, '1', '--wait', '--timeout=20s');
    expect([replicas(), running()]).toEqual([5, ['v1.0.0']]);
  }, 120_000);
});
