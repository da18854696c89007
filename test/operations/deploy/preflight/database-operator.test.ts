import { UnknownKindError } from '../../../../lib/cluster/errors';
import type { KubernetesClient } from '../../../../lib/cluster/kubernetes-client';
import { findMissingDatabaseOperator } from '../../../../lib/operations/deploy/preflight/database-operator';
import { clustered } from '../../../support/clustered';
import { shopTest } from '../../../support/shop';

const all = [
  'clusters.postgresql.cnpg.io',
  'scheduledbackups.postgresql.cnpg.io',
  'objectstores.barmancloud.cnpg.io',
  'certificates.cert-manager.io',
];

/** A cluster that has some kinds, and Deployments of some images in the operator's namespace. */
function clusterOf(kinds: readonly string[], ...images: readonly string[]): KubernetesClient {
  const list = async (kind: string, namespace: string) => {
    if (kind === 'deployments.apps') {
      expect(namespace).toBe('cnpg-system');
      return images.map((image) => ({ spec: { template: { spec: { containers: [{ image }] } } } }));
    }
    if (!kinds.includes(kind)) throw new UnknownKindError(`no ${kind}`);
    return [];
  };
  return { list } as unknown as KubernetesClient;
}

const operator = 'ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0';
const plugin = 'ghcr.io/cloudnative-pg/plugin-barman-cloud:v0.16.0';

test('another kind of database asks for nothing', async () => {
  expect(await findMissingDatabaseOperator({} as KubernetesClient, shopTest)).toEqual([]);
});

test.each([
  ['their oldest versions', [operator, plugin]],
  ['newer ones, of a mirror', ['mirror.test/cloudnative-pg/cloudnative-pg:1.31.2', plugin]],
  ['digests, which state no version', [`${operator}@sha256:${'0'.repeat(64)}`, plugin]],
])('both operators in %s are enough', async (_, images) => {
  expect(await findMissingDatabaseOperator(clusterOf(all, ...images), clustered)).toEqual([]);
});

test('on a bare cluster every kind is named, with what brings it', async () => {
  const problems = await findMissingDatabaseOperator(clusterOf([]), clustered);
  expect(problems.map((problem) => problem.replace(/:.*/, ''))).toEqual([
    'the cluster has no kind clusters.postgresql.cnpg.io; install CloudNativePG',
    'the cluster has no kind scheduledbackups.postgresql.cnpg.io; install CloudNativePG',
    'the cluster has no kind objectstores.barmancloud.cnpg.io; install the plugin Barman Cloud',
    'the cluster has no kind certificates.cert-manager.io; install cert-manager',
  ]);
  expect(problems.join()).toContain('database.kind single needs none');
});

test('an operator that is too old is named with the version that is needed', async () => {
  const old = clusterOf(all, 'ghcr.io/cloudnative-pg/cloudnative-pg:1.29.1', plugin.replace('0.16', '0.15'));
  expect(await findMissingDatabaseOperator(old, clustered)).toEqual([
    expect.stringContaining('CloudNativePG is 1.29.1, but 1.30.0 or newer is needed'),
    expect.stringContaining('the plugin Barman Cloud is 0.15.0, but 0.16.0 or newer is needed'),
  ]);
});

test('kinds without an operator in the stated namespace are not enough', async () => {
  expect(await findMissingDatabaseOperator(clusterOf(all, operator), clustered)).toEqual([
    expect.stringContaining('cnpg-system: no Deployment runs the plugin Barman Cloud'),
  ]);
});
