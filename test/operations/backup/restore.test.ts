import { restore } from '../../../lib/operations/backup/restore';
import { type ClusterState, copyCronJob, healthyState, record, type StoredObject } from './support/cluster-state';
import { problemsIn, siteOf } from './support/staging-site';
import { TestCluster } from './support/test-cluster';

const before = new TestCluster().standing;

test('restores, and leaves everything as it was but the data', async () => {
  const cluster = new TestCluster(structuredClone(healthyState()));
  const site = siteOf(cluster);
  console.error(await restore(site, record.name).catch((e) => e));
  console.error(
    site.told.join('\n'),
    cluster.state.events,
    cluster.standing,
    cluster.state.databases,
    before,
    copyCronJob as unknown as StoredObject,
    {} as ClusterState,
    problemsIn,
  );
});
