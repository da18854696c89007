import { LockLostError } from '../../../lib/cluster/lease-client';
import { UsageError } from '../../../lib/platform/errors';
import {
  clusterWith,
  databaseNames,
  notStopped,
  openFence,
  paused,
  previousDatabase,
  restoring,
  resumeCommands,
  running,
  unchanged,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

const lost = 'the lock is lost: restore of b by bob@desk took it over after it expired';

/** A restore whose lock fails with an error after an event. */
function failingAt(moment: string, error: Error) {
  const cluster = clusterWith();
  let isLost = false;
  cluster.onEvent = (event) => {
    isLost ||= event === moment;
  };
  const ensureHeld = async () => {
    if (isLost) throw error;
  };
  return { cluster, work: restoring(siteOf(cluster), undefined, { ensureHeld }) };
}

test.each<[string, number, readonly string[], (readonly string[])?]>([
  ['patch postgres-backup {"suspend":true}', 1, ['veza_staging']],
  ['patch veza-stream-server {"replicas":0}', 4, ['veza_staging']],
  ['end of restore', 4, [previousDatabase, 'veza_staging'], [openFence]],
])(
  'a restore that loses the lock after %s stops, and leaves everything to the new holder',
  async (moment, pausedCount, databases, fence = []) => {
    const { cluster, work } = failingAt(moment, new LockLostError('restore of b by bob@desk'));
    expect(await problemsIn(work)).toEqual([lost, ...fence, ...resumeCommands.slice(0, pausedCount)]);
    const standing = Object.values(cluster.workloads) as unknown[][];
    expect(standing.filter((notes) => notes.length > 1)).toHaveLength(pausedCount);
    expect(databaseNames(cluster)).toEqual(databases);
  },
);

test('if the cluster does not respond, the error says so and lists the commands', async () => {
  const unreachable = new UsageError('kubectl replace: no route to host');
  const { cluster, work } = failingAt('patch veza-stream-server {"replicas":0}', unreachable);
  expect(await problemsIn(work)).toEqual([
    'kubectl replace: no route to host',
    unchanged,
    'could not determine whether a Job still replaces the database (kubectl replace: no route to host); once none is active, ' +
      'run the restore again, or resume the paused workloads by hand:',
    ...resumeCommands,
  ]);
  expect(cluster.workloads).toEqual(paused);
});

test('nothing is restored while a migration is active; a finished one does not matter', async () => {
  const cluster = clusterWith();
  const migration = {
    kind: 'Job',
    metadata: { name: 'veza-migration-1', creationTimestamp: '2027-01-01T00:00:00Z' },
    spec: { template: { spec: { containers: [{ name: 'migration', args: [] }] } } },
  };
  cluster.state.objects['job/veza-migration-1'] = migration;
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'Job veza-migration-1 is migrating the database; wait for it to finish, or delete it',
    unchanged,
    notStopped,
  ]);
  Object.assign(migration, { status: { conditions: [{ type: 'Failed', status: 'True' }] } });
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
  expect(cluster.workloads).toEqual(running);
});
