import { LeaseLost } from '../../../lib/operations/lease-record';
import { atRest, byHand, clusterWith, names, old, restoring, unstopped, untouched } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';

const lost = 'restore of b by bob@desk took over, since this was not heard of any more';

/** Whoever asks after an event is told that somebody else has the Lease. */
function losingAt(moment: string) {
  const cluster = clusterWith();
  let isLost = false;
  cluster.onEvent = (event) => {
    isLost ||= event === moment;
  };
  const confirm = async () => {
    if (isLost) throw new LeaseLost('restore of b by bob@desk');
  };
  return { cluster, work: restoring(siteOf(cluster), undefined, { confirm }) };
}

test.each<[string, number, readonly string[]]>([
  ['patch postgres-backup {"suspend":true}', 1, ['veza_staging']],
  ['patch veza-stream-server {"replicas":0}', 4, ['veza_staging']],
  ['end of restore', 4, [old, 'veza_staging']],
])('who loses the Lease stops, and leaves everything to whoever took it: %s', async (moment, still, databases) => {
  const { cluster, work } = losingAt(moment);
  expect(await problemsIn(work)).toEqual([lost, ...byHand.slice(0, still)]);
  const standing = Object.values(cluster.standing) as unknown[][];
  expect(standing.filter((notes) => notes.length > 1)).toHaveLength(still);
  expect(names(cluster)).toEqual(databases);
});

test('nothing is restored while a migration is at work; one that has ended is no obstacle', async () => {
  const cluster = clusterWith();
  const migration = {
    kind: 'Job',
    metadata: { name: 'veza-migration-1', creationTimestamp: '2027-01-01T00:00:00Z' },
    spec: { template: { spec: { containers: [{ name: 'migration', args: [] }] } } },
  };
  cluster.state.objects['job/veza-migration-1'] = migration;
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'Job veza-migration-1 migrates the database: wait for its end, or delete it',
    untouched,
    unstopped,
  ]);
  Object.assign(migration, { status: { conditions: [{ type: 'Failed', status: 'True' }] } });
  expect(await restoring(siteOf(cluster))).toBe(old);
  expect(cluster.standing).toEqual(atRest);
});
