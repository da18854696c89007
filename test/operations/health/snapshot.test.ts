import { listRolloutObjects } from '../../../lib/operations/deploy/rollout-state';
import { takeSnapshot } from '../../../lib/operations/health/snapshot';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { behindBoth, behindGateway, gatewayOfKind } from '../../support/edges';
import { FakeCluster } from '../../support/fake-cluster';
import { shop, shopTest } from '../../support/shop';

test('a snapshot of an empty cluster has everything expected, nothing declared, and the time of the clock', async () => {
  const cluster = new FakeCluster();
  const { now, expected, declared, found, certificates } = await takeSnapshot(cluster, shop, shopTest, cluster.clock);
  expect(now).toBe(cluster.clock.now());
  expect(expected.map(({ kind, name }) => `${kind}/${name}`)).toContain('Deployment/shop-catalog');
  expect({ declared, found, certificates }).toEqual({ declared: [], found: [], certificates: [] });
});

test('a snapshot has the declared objects of every kind, and the pods and other workloads that belong to them', async () => {
  const cluster = new FakeCluster();
  cluster.add(...renderEnvironment(shop, shopTest).objects.map((object) => ({ ...object })));
  cluster.step();
  const { expected, declared, found } = await takeSnapshot(cluster, shop, shopTest, cluster.clock);
  const ids = declared.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  expect(expected.map(({ kind, name }) => `${kind}/${name}`).filter((id) => !ids.includes(id))).toEqual([]);
  const kinds = found.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['Deployment', 'StatefulSet', 'Pod', 'EndpointSlice']));
});

test('a cluster without cert-manager has no kind Certificate', async () => {
  const cluster = new FakeCluster();
  const [definition] = cluster.objects
    .all('CustomResourceDefinition')
    .filter(({ metadata }) => metadata.name.startsWith('certificates.'));
  if (definition) cluster.objects.delete(definition);
  expect((await takeSnapshot(cluster, shop, shopTest, cluster.clock)).certificates).toBe('unknown kind');
});

test('without monitoring servers only the namespace of the environment is read', async () => {
  const cluster = new FakeCluster();
  const monitored = renderEnvironment(shop, shopTest).objects.map((object) => ({ ...object }));
  cluster.add(...monitored);
  cluster.step();
  const environment = { ...shopTest, monitoring: { kind: 'none' } } as const;
  const [snapshot, rollout] = await Promise.all([
    takeSnapshot(cluster, shop, environment, cluster.clock),
    listRolloutObjects({ kubectl: cluster, environment }),
  ]);
  for (const found of [snapshot.found, rollout]) {
    expect([...new Set(found.map(({ metadata }) => metadata.namespace))]).toStrictEqual(['shop-test']);
  }
});

test('certificates are read where those of the edge are: with a Gateway in its namespace too', async () => {
  const cluster = new FakeCluster();
  for (const namespace of ['shop-test', 'shop-test-edge', 'other']) {
    cluster.add({ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'www', namespace } });
  }
  const places = async (environment: Parameters<typeof takeSnapshot>[2]) => {
    const { certificates } = await takeSnapshot(cluster, shop, environment, cluster.clock);
    return certificates === 'unknown kind' ? [] : certificates.map(({ metadata }) => metadata.namespace);
  };
  const gateway = gatewayOfKind('portable');
  expect(await places(shopTest)).toStrictEqual(['shop-test']);
  expect(await places(behindGateway(shopTest, gateway))).toStrictEqual(['shop-test-edge']);
  expect(await places(behindBoth(shopTest, gateway))).toStrictEqual(['shop-test', 'shop-test-edge']);
});
