import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { HelmResult } from '../../lib/cluster/helm-client';
import type { Workload } from '../../lib/cluster/kubernetes-types';
import { LockLostError } from '../../lib/cluster/lease';
import { writeChart } from '../../lib/operations/deploy/helm-upgrade';
import { FakeCluster } from '../support/fake-cluster';
import { FakeHelm } from '../support/fake-helm';

const folder = mkdtempSync(join(tmpdir(), 'fake-helm-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param replicas undefined where an autoscaler decides */
function deployment(image: string, replicas: number | undefined): object {
  const labels = { app: 'api' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'api', image }] } };
  const spec = { ...(replicas === undefined ? {} : { replicas }), selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec };
}

interface Upgrade {
  readonly rollback?: boolean;
  readonly signal?: AbortSignal;
  readonly replicas?: number | 'auto';
  /** Objects besides the Deployment. */
  readonly more?: readonly object[];
}

/** A release in a fresh cluster, and how to upgrade it to a version. */
function release() {
  const cluster = new FakeCluster({
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'some', namespace: 'shop' } }],
  });
  const helm = new FakeHelm(cluster, 'shop');
  const upgrade = (version: string, options: Upgrade = {}) => {
    const { rollback = true, signal = new AbortController().signal, replicas = 1, more = [] } = options;
    const objects = [deployment(`api:${version}`, replicas === 'auto' ? undefined : replicas), ...more];
    const files = { 'a.yaml': objects.map((object) => stringify(object)).join('---\n') };
    const chart = writeChart(mkdtempSync(join(folder, 'chart-')), { name: 'shop', release: version, files });
    return helm.upgrade({ chart, timeoutSeconds: 60, description: `deploy ${version}`, wait: true, rollback, signal });
  };
  const history = async () =>
    (await helm.history()).map(({ revision, status, app_version, description }) =>
      [revision, status, app_version, description].join(' '),
    );
  const image = async () => JSON.stringify(await cluster.find('deployment/api', 'shop')).match(/api:v\d/)?.[0];
  return { cluster, helm, upgrade, history, image };
}

test('a release that was never deployed has no history', async () => {
  expect(await release().history()).toStrictEqual([]);
});

test('an upgrade supersedes the revision before, and a rollback brings it back as a new one', async () => {
  const { helm, upgrade, history, image } = release();
  expect([await upgrade('v1'), await upgrade('v2')]).toStrictEqual<HelmResult[]>([{}, {}]);
  expect(await image()).toBe('api:v2');
  expect(await helm.rollback(1, 60, new AbortController().signal)).toStrictEqual({});
  expect(await history()).toStrictEqual([
    '1 superseded v1 deploy v1',
    '2 superseded v2 deploy v2',
    '3 deployed v1 Rollback to 1',
  ]);
  expect(await image()).toBe('api:v1');
});

test('an upgrade that does not become ready is rolled back, and its revision has failed', async () => {
  const { cluster, upgrade, history, image } = release();
  await upgrade('v1');
  cluster.fail({ image: /v2/, as: 'CrashLoopBackOff' });
  const { failure } = await upgrade('v2');
  expect(failure).toContain('rolled back due to atomic being set: context deadline exceeded');
  expect(await history()).toStrictEqual([
    '1 superseded v1 deploy v1',
    '2 failed v2 Upgrade "shop" failed: context deadline exceeded',
    '3 deployed v1 Rollback to 1',
  ]);
  expect(await image()).toBe('api:v1');
});

test('a lost lock kills Helm: the revision stays pending', async () => {
  const { helm, upgrade, history } = release();
  const stop = new AbortController();
  helm.onApplied = () => stop.abort(new LockLostError('another'));
  expect(await upgrade('v1', { signal: stop.signal })).toStrictEqual({ failure: 'signal: killed' });
  expect(await history()).toStrictEqual(['1 pending-install v1 Initial install underway']);
});

test('a release whose Helm was killed is pending, which blocks an upgrade and ends with a rollback', async () => {
  const { helm, upgrade, history, image } = release();
  await upgrade('v1');
  const stop = new AbortController();
  helm.onApplied = () => stop.abort(new LockLostError('another'));
  await upgrade('v2', { signal: stop.signal });
  helm.onApplied = () => undefined;
  expect((await upgrade('v3')).failure).toContain('another operation (install/upgrade/rollback) is in progress');
  expect(await helm.rollback(1, 60, new AbortController().signal)).toStrictEqual({});
  expect(await history()).toStrictEqual([
    '1 superseded v1 deploy v1',
    '2 pending-upgrade v2 Preparing upgrade',
    '3 deployed v1 Rollback to 1',
  ]);
  expect(await image()).toBe('api:v1');
});

test('a first install that fails stays as it is, and the next upgrade continues from it', async () => {
  const { cluster, upgrade, history } = release();
  cluster.fail({ image: /v1/, as: 'ImagePullBackOff' });
  expect(await upgrade('v1', { rollback: false })).toStrictEqual({ failure: 'Error: context deadline exceeded' });
  expect(await history()).toStrictEqual(['1 failed v1 Release "shop" failed: context deadline exceeded']);
  await upgrade('v2');
  expect(await history()).toStrictEqual([
    '1 superseded v1 Release "shop" failed: context deadline exceeded',
    '2 deployed v2 deploy v2',
  ]);
});

test('objects that leave the chart are deleted, unless they are to be kept', async () => {
  const { cluster, upgrade } = release();
  const configMap = (name: string, annotations = {}) => {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', annotations } };
  };
  await upgrade('v1', { more: [configMap('gone'), configMap('kept', { 'helm.sh/resource-policy': 'keep' })] });
  await upgrade('v2');
  const names = (await cluster.list('configmaps', 'shop')).map(({ metadata }) => metadata.name);
  expect(names).toStrictEqual(['kept', 'some']);
});

test('a replica count that an autoscaler has set stays through upgrades that state none', async () => {
  const { cluster, upgrade } = release();
  const replicas = async () => (await cluster.find<Workload>('deployment/api', 'shop'))?.spec.replicas;
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'api', namespace: 'shop' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
      minReplicas: 3,
      maxReplicas: 5,
    },
  };
  await upgrade('v1', { replicas: 'auto', more: [autoscaler] });
  expect(await replicas()).toBe(3);
  await cluster.patch('deployment/api', 'shop', { spec: { replicas: 4 } });
  await upgrade('v2', { replicas: 'auto', more: [autoscaler] });
  expect(await replicas()).toBe(4);
});
