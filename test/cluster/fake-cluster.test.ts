import { isRefused } from '../../lib/cluster/errors';
import { runJob } from '../../lib/cluster/jobs';
import type { Job, Workload } from '../../lib/cluster/kubernetes-types';
import { isRolledOut } from '../../lib/cluster/workload-status';
import { UsageError } from '../../lib/platform/errors';
import { staging } from '../support/environments/staging';
import { FakeCluster } from '../support/fake-cluster';

const namespace = 'veza-staging';
const silent = { step: () => undefined, update: () => undefined, succeed: () => undefined, stop: () => undefined };

function job(name: string): Job {
  const spec = { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: 'a:v1' }] } } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace }, spec } as Job;
}

function deployment(image: string, replicas = 2): Workload {
  const labels = { app: 'api' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'api', image }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace }, spec } as Workload;
}

function cluster(): FakeCluster {
  const fake = new FakeCluster();
  fake.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace } });
  return fake;
}

test('an object is created once, and replaced only by a writer who has read its last version', async () => {
  const kubectl = cluster();
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'operation', namespace } };
  const created = await kubectl.create(lease);
  const again = await kubectl.create(lease).catch((error: unknown) => error);
  expect(isRefused(again, 'AlreadyExists')).toBe(true);
  await kubectl.replace({ ...created, spec: { holderIdentity: 'one' } } as typeof created);
  const stale = await kubectl
    .replace({ ...created, spec: { holderIdentity: 'two' } } as typeof created)
    .catch((e) => e);
  expect(isRefused(stale, 'Conflict')).toBe(true);
});

test('time alone rolls a Deployment out, and a failing image keeps it back', async () => {
  const kubectl = cluster();
  await kubectl.apply([deployment('api:v1')]);
  const isDone = async () => isRolledOut((await kubectl.find<Workload>('deployment/api', namespace)) as Workload);
  expect(await isDone()).toBe(false);
  await kubectl.clock.sleep(30);
  expect(await isDone()).toBe(true);
  kubectl.fail({ image: /v2/, as: 'ImagePullBackOff' });
  await kubectl.apply([deployment('api:v2')]);
  await kubectl.clock.sleep(300);
  expect(await isDone()).toBe(false);
  const pods = await kubectl.list('pods', namespace, { labels: { app: 'api' } });
  expect(JSON.stringify(pods)).toContain('ImagePullBackOff');
});

test('a Job runs as long as its test says, ends as it says, and leaves its log', async () => {
  const kubectl = cluster();
  const { clock } = kubectl;
  const context = { kubectl, environment: staging, progress: silent, clock };
  kubectl.hooks.job = ({ metadata }) => ({ succeed: metadata.name === 'good', log: 'last words', seconds: 60 });
  const begin = clock.elapsed();
  expect(await runJob(context, job('good'))).toStrictEqual({ job: 'good', kind: 'complete', log: 'last words\n' });
  expect((clock.elapsed() - begin) / 1000).toBeGreaterThanOrEqual(60);
  expect(await runJob(context, job('bad'))).toStrictEqual({ job: 'bad', kind: 'failed', cause: 'last words' });
});

test('a denied permission is the error of the user, and so is a cluster that is away', async () => {
  const kubectl = cluster();
  kubectl.deny('get configmaps');
  await expect(kubectl.find('configmap/settings', namespace)).rejects.toThrow(UsageError);
  const review = { verb: 'get', group: '', resource: 'configmaps', namespace };
  expect(await kubectl.reviewAccess([review, { ...review, verb: 'list' }])).toStrictEqual([false, true]);
  kubectl.outage = 'The connection was refused';
  await expect(kubectl.list('pods', namespace)).rejects.toThrow('kubectl get: The connection was refused');
});

test('a dry run keeps nothing and names every refusal; a diff names what would change', async () => {
  const kubectl = cluster();
  const lost = { ...deployment('api:v1'), metadata: { name: 'lost', namespace: 'nowhere' } };
  const refusals = await kubectl.validate([deployment('api:v1'), lost], 'helm');
  expect(refusals.map(({ message }) => message)).toStrictEqual([
    'Error from server (NotFound): namespaces "nowhere" not found',
  ]);
  expect(await kubectl.exists('deployment/api', namespace)).toBe(false);
  expect(await kubectl.diff([deployment('api:v1')], 'helm')).toContain('apps.v1.Deployment.veza-staging.api');
  await kubectl.apply([deployment('api:v1')], 'helm');
  expect(await kubectl.diff([deployment('api:v1')], 'helm')).toBe('');
});
