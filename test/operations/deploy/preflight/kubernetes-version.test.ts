import { findOutdatedKubernetes } from '../../../../lib/operations/deploy/preflight/cluster-requirements';
import type { Environment } from '../../../../lib/platform/environment';
import { clustered } from '../../../support/clustered';
import { DeployHarness } from '../../../support/deploy-harness';
import { FakeCluster } from '../../../support/fake-cluster';
import { shopTest } from '../../../support/shop';
import { staging } from '../../../support/small-environment';

function problems(version: string, environment: Environment = shopTest): Promise<readonly string[]> {
  return findOutdatedKubernetes(Object.assign(new FakeCluster(), { version }), environment);
}

test.each([
  ['the oldest that the manifests work on', 'v1.27.0', shopTest],
  ['one of a provider', 'v1.27.16-eks-2f46c53', shopTest],
  ['the oldest that CloudNativePG supports', 'v1.34.0+k3s1', clustered],
  ['a newer one', 'v1.40.2', clustered],
  ['one that states no number', 'unknown', clustered],
])('%s is new enough', async (_, version, environment) => {
  expect(await problems(version, environment)).toEqual([]);
});

test.each([
  ['v1.26.9', shopTest, ['the manifests of test need 1.27 or newer']],
  [
    'v1.30.1',
    { ...shopTest, kubernetes: { ...shopTest.kubernetes, minimum: '1.31' } },
    ['the manifests of test need 1.31 or newer'],
  ],
  ['v1.33.9-gke.1', clustered, ['CloudNativePG 1.30, which runs the database cluster of staging, needs 1.34 or newer']],
  [
    'v1.25.0',
    clustered,
    [
      'the manifests of staging need 1.27 or newer',
      'CloudNativePG 1.30, which runs the database cluster of staging, needs 1.34 or newer',
    ],
  ],
])('%s is too old', async (version, environment, needs) => {
  const start = `the cluster runs Kubernetes ${version}, but `;
  expect((await problems(version, environment)).map((problem) => problem.replace(/; upgrade .*/, ''))).toEqual(
    needs.map((need) => start + need),
  );
});

test('a deploy says so before it changes anything', async () => {
  const harness = new DeployHarness(staging);
  harness.cluster.version = 'v1.26.3';
  const before = harness.cluster.objects.version;
  expect(await harness.deploy('v1.0.0')).toMatchObject({
    failed: expect.arrayContaining([expect.stringContaining('the cluster runs Kubernetes v1.26.3')]),
  });
  expect(harness.cluster.objects.version).toBe(before);
});
