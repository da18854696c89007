import { LockLostError } from '../../../lib/cluster/lease-client';
import { UsageError } from '../../../lib/platform/errors';
import {
  atRest,
  byHand,
  clusterWith,
  names,
  old,
  openFence,
  restoring,
  stopped,
  unstopped,
  untouched,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

const lost = 'restore of b by bob@desk took over, since this was not heard of any more';

/** Whoever asks for the Lease after an event is told something else. */
function failingAt(moment: string, error: Error) {
  const cluster = clusterWith();
  let isLost = false;
  cluster.onEvent = (event) => {
    isLost ||= event === moment;
  };
  const confirm = async () => {
    if (isLost) throw error;
  };
  return { cluster, work: restoring(siteOf(cluster), undefined, { ensureHeld: confirm }) };
}

test.each<[string, number, readonly string[], (readonly string[])?]>([
  ['patch postgres-backup {"suspend":true}', 1, ['veza_staging']],
  ['patch veza-stream-server {"replicas":0}', 4, ['veza_staging']],
  ['end of restore', 4, [old, 'veza_staging'], [openFence]],
])(
  'who loses the Lease stops, and leaves everything to whoever took it: %s',
  async (moment, still, databases, fence = []) => {
    const { cluster, work } = failingAt(moment, new LockLostError('restore of b by bob@desk'));
    expect(await problemsIn(work)).toEqual([lost, ...fence, ...byHand.slice(0, still)]);
    const standing = Object.values(cluster.standing) as unknown[][];
    expect(standing.filter((notes) => notes.length > 1)).toHaveLength(still);
    expect(names(cluster)).toEqual(databases);
  },
);

test('of a cluster that does not answer it is said what happened, and what to type', async () => {
  const unreachable = new UsageError('kubectl replace: no route to host');
  const { cluster, work } = failingAt('patch veza-stream-server {"replicas":0}', unreachable);
  expect(await problemsIn(work)).toEqual([
    'kubectl replace: no route to host',
    untouched,
    'whether a Job still replaces the database cannot be seen (kubectl replace: no route to host); when none is at work, ' +
      'run the restore again, or set going by hand what stands still:',
    ...byHand,
  ]);
  expect(cluster.standing).toEqual(stopped);
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
