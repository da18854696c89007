import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../support/cluster/cluster';
import { run } from '../support/cluster/run';
import { writeStandIns } from '../support/cluster/stand-ins';
import type { Workload } from '../support/cluster/workloads';

// Each call starts a program, and machines that test are busy.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'veza-cluster-'));
const bin = join(folder, 'bin');
let cluster: Cluster;

beforeAll(() => writeStandIns(bin));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  cluster = await startCluster({ context: 'veza-staging' });
  cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
});
afterEach(() => cluster.stop());

const call = (command: readonly string[], input?: string) =>
  run(command, { bin, kubeconfig: cluster.kubeconfig, input });
const kubectl = (args: string, input?: string) => call(['kubectl', ...args.split(' ')], input);

/** A Deployment and its settings, as JSON that is YAML too. */
function shop(tag: string, extra: readonly object[] = []): string {
  const metadata = { name: 'shop', namespace: 'shop' };
  const labels = { app: 'shop' };
  const containers = [{ name: 'shop', image: `shop:${tag}` }];
  const template = { metadata: { labels }, spec: { containers } };
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { TAG: tag } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: 80 }] } },
    ...extra,
  ];
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

function chart(tag: string, extra: readonly object[] = []): string {
  const target = join(folder, `chart-${tag}`);
  mkdirSync(join(target, 'manifests'), { recursive: true });
  writeFileSync(join(target, 'Chart.yaml'), `apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: ${tag}\n`);
  writeFileSync(join(target, 'manifests', 'shop.yaml'), shop(tag, extra));
  return target;
}

const helm = (...args: readonly string[]) => call(['helm', ...args, '--namespace=shop']);
const upgrade = (tag: string, ...args: readonly string[]) =>
  helm('upgrade', 'shop', chart(tag), '--install', '--wait', '--timeout=1s', ...args);

/** Rows of the history: revision, status, version and description. */
async function history(): Promise<string[]> {
  const { stdout } = await helm('history', 'shop', '--output=json');
  const rows = JSON.parse(stdout) as { revision: number; status: string; app_version: string; description: string }[];
  return rows.map((row) => `${row.revision} ${row.status} ${row.app_version} ${row.description}`);
}

function images(): string[] {
  const pods = cluster.objects.all<Workload & { spec: { containers: { image: string }[] } }>('Pod', 'shop');
  return pods.map(({ spec }) => spec.containers[0]?.image ?? '');
}

test('what is applied comes to life, and is unchanged when applied again', async () => {
  expect(await kubectl('apply -f -', shop('v1'))).toEqual({
    status: 0,
    stdout: 'configmap/shop created\ndeployment.apps/shop created\nservice/shop created\n',
    stderr: '',
  });
  expect((await kubectl('rollout status deployment/shop -n shop --timeout=5s')).status).toBe(0);
  expect(images()).toEqual(['shop:v1', 'shop:v1']);
  expect((await kubectl('get endpointslices -n shop -o name')).stdout).toBe('endpointslice.discovery.k8s.io/shop-s1\n');
  expect((await kubectl('apply -f -', shop('v1'))).stdout.match(/unchanged/g)).toHaveLength(3);
  expect(await kubectl('diff -f -', shop('v1'))).toEqual({ status: 0, stdout: '', stderr: '' });
  const { status, stdout } = await kubectl('diff -f -', shop('v2'));
  expect([status, stdout.match(/^[-+] .*/gm)]).toEqual([
    1,
    ['-          image: shop:v1', '+          image: shop:v2', '-  TAG: v1', '+  TAG: v2'],
  ]);
  expect(images()).toEqual(['shop:v1', 'shop:v1']);
});

test('an image that cannot be pulled leaves the old pods, and says why', async () => {
  cluster.fail({ image: /:v9$/, as: 'ImagePullBackOff' });
  await kubectl('apply -f -', shop('v1'));
  await kubectl('rollout status deployment/shop -n shop --timeout=5s');
  await kubectl('apply -f -', shop('v9'));
  const { status, stderr } = await kubectl('rollout status deployment/shop -n shop --timeout=1s');
  expect([status, stderr]).toEqual([1, 'error: timed out waiting for the condition\n']);
  expect(images().sort()).toEqual(['shop:v1', 'shop:v1', 'shop:v9']);
});

test('what is missing, denied or foreign is refused in the API’s words', async () => {
  cluster.deny('list secrets');
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'gone' } };
  expect((await kubectl('get deployment/nope -n shop')).stderr).toBe(
    'Error from server (NotFound): deployments.apps "nope" not found\n',
  );
  expect((await kubectl('get secrets -n shop')).stderr).toBe(
    'Error from server (Forbidden): secrets is forbidden: User "tester" cannot list resource "secrets" in API group "" in the namespace "shop"\n',
  );
  expect((await kubectl('apply -f -', JSON.stringify(configMap))).stderr).toBe(
    'Error from server (NotFound): namespaces "gone" not found\n',
  );
  expect(await kubectl('get deployment/nope -n shop --ignore-not-found -o json')).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect((await kubectl('--context=other get pods')).status).toBe(1);
});

test('a Job made from a CronJob goes as the test says, and its log can be read', async () => {
  const template = { spec: { containers: [{ name: 'work', image: 'work:v1' }], restartPolicy: 'Never' } };
  cluster.objects.create({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'work', namespace: 'shop' },
    spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } },
  });
  cluster.onJob(({ metadata }) => ({ succeed: metadata.name === 'good', log: 'one\ntwo', terminationMessage: 'end' }));
  for (const name of ['good', 'bad']) await kubectl(`create job ${name} --from=cronjob/work -n shop`);
  expect((await kubectl('wait --for=condition=complete job/good -n shop --timeout=5s')).status).toBe(0);
  expect((await kubectl('wait --for=condition=failed job/bad -n shop --timeout=5s')).status).toBe(0);
  expect((await kubectl('logs job/good -n shop --tail=1')).stdout).toBe('two\n');
  const { stdout } = await kubectl('get pods -l job-name=bad -n shop -o json');
  const [pod] = JSON.parse(stdout).items;
  expect(pod.status.phase).toBe('Failed');
  expect(pod.status.containerStatuses[0].state.terminated).toEqual({ exitCode: 1, reason: 'Error', message: 'end' });
});

test('exec is answered by the test, with what came on its standard input', async () => {
  await kubectl('apply -f -', shop('v1'));
  await kubectl('rollout status deployment/shop -n shop --timeout=5s');
  const pod = cluster.objects.all('Pod', 'shop')[0]?.metadata.name ?? '';
  cluster.onExec(({ container, command, input }) => ({ status: 3, stdout: `${container} ${command}`, stderr: input }));
  const answer = await call(['kubectl', 'exec', '-i', pod, '-n', 'shop', '-c', 'shop', '--', 'sh', '-c', 'x'], 'in\n');
  expect(answer).toEqual({ status: 3, stdout: 'shop sh,-c,x', stderr: 'in\ncommand terminated with exit code 3\n' });
});

test('an upgrade that does not become ready is rolled back, and the history tells', async () => {
  cluster.fail({ image: /:v9$/, as: 'CrashLoopBackOff', log: 'panic: no' });
  expect((await upgrade('v1', '--description=first')).status).toBe(0);
  expect(await upgrade('v9', '--atomic')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'Error: UPGRADE FAILED: release shop failed, and has been rolled back due to atomic being set: context deadline exceeded\n',
  });
  expect(await history()).toEqual([
    '1 superseded v1 first',
    '2 failed v9 Upgrade "shop" failed: context deadline exceeded',
    '3 deployed v1 Rollback to 1',
  ]);
  expect(images()).toEqual(['shop:v1', 'shop:v1']);
});

test('an upgrade that is killed stays pending, and a rollback gets out of it', async () => {
  cluster.fail({ image: /:v9$/, as: 'ImagePullBackOff' });
  await upgrade('v1', '--description=first');
  const args = ['upgrade', 'shop', chart('v9'), '--install', '--wait', '--namespace=shop'];
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
  const child = spawn(join(bin, 'helm'), args, { env });
  while (!images().includes('shop:v9')) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  expect(await history()).toEqual(['1 deployed v1 first', '2 pending-upgrade v9 Preparing upgrade']);
  expect((await upgrade('v2')).stderr).toBe(
    'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n',
  );
  expect((await helm('rollback', 'shop', '1', '--wait', '--timeout=5s')).status).toBe(0);
  expect(await history()).toEqual([
    '1 superseded v1 first',
    '2 pending-upgrade v9 Preparing upgrade',
    '3 deployed v1 Rollback to 1',
  ]);
  expect(images()).toEqual(['shop:v1', 'shop:v1']);
});

test('a first install that fails is left as it is, and the next upgrade goes on from it', async () => {
  cluster.fail({ image: /:v9$/, as: 'ImagePullBackOff' });
  expect((await upgrade('v9')).stderr).toBe('Error: context deadline exceeded\n');
  expect(await history()).toEqual(['1 failed v9 Release "shop" failed: context deadline exceeded']);
  expect((await upgrade('v1', '--description=second')).status).toBe(0);
  expect(await history()).toEqual([
    '1 superseded v9 Release "shop" failed: context deadline exceeded',
    '2 deployed v1 second',
  ]);
});

test('what leaves the chart is pruned, unless it is to be kept', async () => {
  const made = (name: string, annotations = {}) => {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', annotations }, data: {} };
  };
  const both = [made('gone'), made('kept', { 'helm.sh/resource-policy': 'keep' })];
  await helm('upgrade', 'shop', chart('v1', both), '--install', '--wait');
  chart('v1');
  await helm('upgrade', 'shop', chart('v1'), '--install', '--wait');
  expect(cluster.objects.all('ConfigMap', 'shop').map(({ metadata }) => metadata.name)).toEqual(['kept', 'shop']);
});

test('what kubectl made is refused, unless it is to be taken over', async () => {
  await kubectl('apply -f -', shop('v1'));
  expect((await upgrade('v2')).stderr).toMatch(
    /^Error: Unable to continue with install: ConfigMap "shop" in namespace "shop" exists and cannot be imported/,
  );
  expect((await upgrade('v2', '--take-ownership')).status).toBe(0);
  expect(images()).toEqual(['shop:v2', 'shop:v2']);
});

test('replicas that an autoscaler decides stay through an upgrade that states none', async () => {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
  const spec = { scaleTargetRef: target, minReplicas: 3, maxReplicas: 5 };
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'shop', namespace: 'shop' },
    spec,
  };
  const stateless = (tag: string) => {
    const folderOf = chart(tag, [scaler]);
    const file = join(folderOf, 'manifests', 'shop.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"replicas":2,', ''));
    cpSync(folderOf, `${folderOf}-scaled`, { recursive: true });
    return `${folderOf}-scaled`;
  };
  const replicas = () => cluster.objects.one<Workload>('Deployment', 'shop', 'shop')?.spec.replicas;
  await helm('upgrade', 'shop', stateless('v1'), '--install', '--wait', '--timeout=5s');
  expect(replicas()).toBe(3);
  await kubectl('scale deployment/shop --replicas=4 -n shop');
  await helm('upgrade', 'shop', stateless('v2'), '--install', '--wait', '--timeout=5s');
  expect(replicas()).toBe(4);
  expect(images()).toEqual(['shop:v2', 'shop:v2', 'shop:v2', 'shop:v2']);
});
