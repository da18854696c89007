import { findKeptVolumes } from '../../../../lib/operations/deploy/preflight/kept-volumes';
import type { Environment } from '../../../../lib/platform/environment';
import { buildEnvironment } from '../../../../lib/synth/render-environment';
import { veza } from '../../../../lib/veza/veza';
import type { KubeObject } from '../../../support/cluster/objects';
import { clustered } from '../../../support/clustered';
import { DeployHarness } from '../../../support/deploy-harness';
import { staging } from '../../../support/environments/staging';
import { FakeCluster } from '../../../support/fake-cluster';
import { staging as small } from '../../../support/small-environment';

const { namespace } = staging;
const objects = Object.values(buildEnvironment(veza, staging).files).flat();

function claim(name: string, storage: string, labels: Record<string, string> = {}): KubeObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace, labels }, spec };
}

function server(name: string): KubeObject {
  const labels = { 'cnpg.io/cluster': 'postgres-cluster' };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: { containers: [] } };
}

/** The claims of a single server and of what is beside it, each as large as stated. */
const own = ['data-postgres-0', 'postgres-backups', 'data-redis-0'].map((name) => claim(name, '1Gi'));
const ofCluster = ['postgres-cluster-1', 'postgres-cluster-1-wal'].map((name) => claim(name, '100Gi'));

function warnings(existing: readonly KubeObject[], environment: Environment = staging): Promise<string[]> {
  return findKeptVolumes({ kubectl: new FakeCluster({ objects: existing }), environment }, objects);
}

test.each<[string, readonly KubeObject[], Environment]>([
  ['an empty namespace', [], staging],
  ['what the release has itself', own, staging],
  ['a kept Cluster beside a server whose volume is there', [...own, ...ofCluster], staging],
  ['a Cluster that is stated', [...ofCluster, server('postgres-cluster-1')], clustered],
])('%s is within the quota', async (_, existing, environment) => {
  expect(await warnings(existing, environment)).toEqual([]);
});

test('volumes of a kept Cluster are counted with those that are still to be made', async () => {
  const [warning = '', ...others] = await warnings([...ofCluster, ...own.slice(1)]);
  expect(others).toEqual([]);
  expect(warning).toMatch(
    /^quota veza-quota is too small for data-postgres-0 and the volumes that are kept \(postgres-cluster-1, postgres-cluster-1-wal\): it allows persistentvolumeclaims 3, requests\.storage \d+Gi, and together they need persistentvolumeclaims 5, requests\.storage 2\d\dGi\. While /,
  );
  const [, patch = ''] = /patch resourcequota\/veza-quota --type=merge --patch='(.*)'$/.exec(warning) ?? [];
  expect(JSON.parse(patch)).toMatchObject({
    spec: { hard: { persistentvolumeclaims: '5', 'requests.storage': expect.stringMatching(/^2\d\dGi$/) } },
  });
});

test('servers that still run are named, with the command that stops them', async () => {
  expect(await warnings([...own, server('postgres-cluster-1'), server('postgres-cluster-2')])).toEqual([
    expect.stringMatching(
      /^the servers of Cluster postgres-cluster still run \(postgres-cluster-1, postgres-cluster-2\), .* annotate cluster\.postgresql\.cnpg\.io\/postgres-cluster cnpg\.io\/hibernation=on$/,
    ),
  ]);
});

test('a deploy prints it before it begins', async () => {
  const harness = new DeployHarness(small);
  harness.cluster.add(...ofCluster);
  expect(await harness.deploy('v1.0.0', { dryRun: true })).toMatchObject({ done: expect.any(String) });
  const printed = harness.output.filter((line) => line.includes('is too small for'));
  expect(printed).toEqual([expect.stringMatching(/^warning: quota veza-quota /)]);
});
