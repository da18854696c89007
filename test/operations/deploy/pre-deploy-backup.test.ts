import { backUpBeforeDeploy, backupRemark } from '../../../lib/operations/deploy/pre-deploy-backup';
import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import { healthyState, start } from '../backup/support/cluster-state';
import { siteOf } from '../backup/support/staging-site';
import { TestCluster } from '../backup/support/test-cluster';

const environment = changed(staging, 'deployment.backup', true);
const minute = 60_000;

/** A cluster whose last backup was done some minutes ago by its own time, which is not this machine's. */
function clusterWithBackup(minutesAgo: number | undefined, leaseTime: string | undefined = iso(start)): TestCluster {
  const cluster = new TestCluster(healthyState());
  const { objects } = cluster.state;
  if (minutesAgo !== undefined) {
    Object.assign(objects['cronjob/postgres-backup'] ?? {}, {
      status: { lastSuccessfulTime: iso(start - minutesAgo * minute) },
    });
  }
  const managedFields = [{ manager: 'old', time: iso(start - 600 * minute) }, { time: leaseTime }, {}];
  objects['lease/operation'] = {
    kind: 'Lease',
    metadata: Object.assign({ name: 'operation' }, { managedFields }),
    spec: {},
  };
  return cluster;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

async function backUp(cluster: TestCluster, skipBackup?: string): Promise<readonly string[]> {
  const { kubectl, progress, clock, output } = siteOf(cluster);
  const print = (line: string) => void output.push(line);
  await backUpBeforeDeploy({ skipBackup }, { kubectl, environment, progress, clock, print });
  return output;
}

// This machine's clock is hours behind the cluster's: by it every backup is from the future.
beforeEach(() =>
  jest.useFakeTimers({ now: start - 420 * minute, doNotFake: ['setTimeout', 'nextTick', 'setImmediate'] }),
);
afterEach(() => jest.useRealTimers());

test.each<[string, number, string]>([
  ['now', 0, '0'],
  ['within the minute after the lock was renewed', -0.5, '0'],
  ['59 minutes ago', 59.9, '59'],
])('a backup of %s is fresh, whatever the clock of this machine says', async (_, minutesAgo, shown) => {
  const cluster = clusterWithBackup(minutesAgo);
  expect(await backUp(cluster)).toContain(`  ✔ Latest backup is recent enough (${shown} min old)`);
  expect(cluster.state.events).toEqual([]);
});

test.each<[string, TestCluster]>([
  ['an hour old', clusterWithBackup(60)],
  ['missing', clusterWithBackup(undefined)],
  ['of an age that the cluster does not tell', clusterWithBackup(5, 'no time')],
])('where the last backup is %s, one is made', async (_, cluster) => {
  await backUp(cluster);
  expect(cluster.state.events).toEqual(['job create', 'end of create']);
});

test('a backup from the future does not count', async () => {
  const cluster = clusterWithBackup(-420);
  expect(await backUp(cluster)).toContain("  ignoring the latest backup: it is dated 420 min after the cluster's time");
  expect(cluster.state.events).toEqual(['job create', 'end of create']);
});

test('in an emergency none is made, and the reason goes with the deploy', async () => {
  const cluster = clusterWithBackup(undefined);
  expect(await backUp(cluster, 'the volume is full')).toEqual(['  skipping the database backup: the volume is full']);
  expect(cluster.state.events).toEqual([]);
  expect(backupRemark({ skipBackup: 'the volume is full' })).toBe(' without a backup (the volume is full)');
  expect(backupRemark({ skipBackup: undefined })).toBe('');
});
