import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { HelmResult } from '../../lib/cluster/helm-client';
import { LockLostError } from '../../lib/cluster/lease-client';
import { writeChart } from '../../lib/operations/deploy/helm-upgrade';
import { FakeCluster } from '../support/fake-cluster';
import { FakeHelm } from '../support/fake-helm';

const folder = mkdtempSync(join(tmpdir(), 'fake-helm-'));
afterAll(() => rmSync(folder, { recursive: true }));

function deployment(image: string): object {
  const labels = { app: 'api' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'api', image }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec };
}

/** A release in a fresh cluster, and how to upgrade it to a version. */
function release() {
  const cluster = new FakeCluster({
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'some', namespace: 'shop' } }],
  });
  const helm = new FakeHelm(cluster, 'shop');
  const upgrade = (version: string, { rollback = true, signal = new AbortController().signal } = {}) => {
    const files = { 'a.yaml': stringify(deployment(`api:${version}`)) };
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
