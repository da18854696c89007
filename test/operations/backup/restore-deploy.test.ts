import { isHeld } from '../../../lib/operations/backup/held';
import { restore } from '../../../lib/operations/backup/restore';
import { restoreProblems } from '../../../lib/operations/preflight/restore';
import { atRest, clusterWith, names, old, order, unstopped, untouched } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';
import type { TestCluster } from './support/test-cluster';

/** A revision as Helm remembers it. */
function remember({ state }: TestCluster, version: number, status: string, name = 'veza-staging'): void {
  const secret = `sh.helm.release.v1.${name}.v${version}`;
  const labels = { owner: 'helm', name, status, version: String(version) };
  state.objects[`secret/${secret}`] = { kind: 'Secret', metadata: { name: secret, labels }, spec: {} };
}

const pending =
  'revision 10 of veza-staging is pending-upgrade: wait for the end of that deploy, or, if it was stopped, deploy again, ' +
  'which goes back first: npm run deploy -- staging <version> --abandoned';

test('nothing is restored while somebody deploys', async () => {
  const cluster = clusterWith();
  remember(cluster, 9, 'deployed');
  remember(cluster, 10, 'pending-upgrade');
  expect(await problemsIn(restore(siteOf(cluster), order))).toEqual([pending, untouched, unstopped]);
  expect(cluster.state.events).toEqual([
    'patch postgres-backup veza.app/restore',
    'patch postgres-backup veza.app/restore',
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('what was pending once, and what another release is, is no obstacle', async () => {
  const cluster = clusterWith();
  remember(cluster, 9, 'pending-upgrade');
  remember(cluster, 10, 'deployed');
  remember(cluster, 1, 'pending-install', 'veza-staging-tools');
  expect(await restore(siteOf(cluster), order)).toBe(old);
});

test('nothing is restored while a migration is at work; one that has ended is no obstacle', async () => {
  const cluster = clusterWith();
  const migration = {
    kind: 'Job',
    metadata: { name: 'veza-migration-1', creationTimestamp: '2027-01-01T00:00:00Z' },
    spec: { template: { spec: { containers: [{ name: 'migration', args: [] }] } } },
  };
  cluster.state.objects['job/veza-migration-1'] = migration;
  expect(await problemsIn(restore(siteOf(cluster), order))).toEqual([
    'Job veza-migration-1 migrates the database: wait for its end, or delete it',
    untouched,
    unstopped,
  ]);
  Object.assign(migration, { status: { conditions: [{ type: 'Failed', status: 'True' }] } });
  expect(await restore(siteOf(cluster), order)).toBe(old);
});

test('a deploy that began at the same moment is seen before the services are stopped', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event === 'end of check') remember(cluster, 10, 'pending-upgrade');
  };
  expect(await problemsIn(restore(siteOf(cluster), order))).toEqual([pending, untouched, unstopped]);
  expect(cluster.state.events.filter((event) => event.includes('replicas'))).toEqual([]);
  expect(cluster.standing).toEqual(atRest);
  expect(names(cluster)).toEqual(['veza_staging']);
});

test('as long as the lock is there, a deploy is refused', async () => {
  const cluster = clusterWith();
  const { kubectl } = siteOf(cluster);
  const lists = async () =>
    (await Promise.all(['deployments', 'cronjobs'].map((kind) => kubectl.list(kind, 'veza-staging')))).flat();
  const seen: string[][] = [];
  let looks = Promise.resolve();
  cluster.onEvent = (event) => {
    if (event !== 'patch postgres-backup veza.app/restore') return;
    looks = looks.then(async () => void seen.push((await lists()).filter(isHeld).map(({ metadata }) => metadata.name)));
  };
  await restore(siteOf(cluster), order);
  await looks;
  expect(seen).toEqual([['postgres-backup'], []]);
});

test('it is said how that ends', async () => {
  const cluster = clusterWith();
  Object.assign(cluster.state.objects['cronjob/postgres-backup']?.metadata ?? {}, {
    annotations: { 'veza.app/restore': '{}' },
  });
  const { kubectl } = siteOf(cluster);
  kubectl.list = async () => [cluster.state.objects['cronjob/postgres-backup']] as never;
  expect(await restoreProblems(kubectl, 'veza-staging')).toEqual([
    'a restore keeps CronJob/postgres-backup still; wait for its end, or, if it was stopped, run it again with --take-over: that repairs it',
  ]);
});
