import { LockLostError } from '../../../lib/cluster/lease';
import { UsageError } from '../../../lib/platform/errors';
import { BackupHarness, problemsIn } from '../../support/backup-harness';
import {
  notStopped,
  openFence,
  paused,
  previousDatabase,
  resumeCommands,
  running,
  unchanged,
} from '../../support/restore-texts';

const lost = 'the lock is lost: restore of b by bob@desk took it over after it expired';

/** Restores with a lock that fails with an error after an event, and returns the lines of the restore's error. */
function restoreUntilLockFails(harness: BackupHarness, event: string, error: Error): Promise<readonly string[]> {
  let hasFailed = false;
  harness.at(event, () => {
    hasFailed = true;
  });
  const ensureHeld = async () => {
    if (hasFailed) throw error;
  };
  return problemsIn(harness.restore({ lock: { ensureHeld } }));
}

test.each<[string, number, readonly string[], (readonly string[])?]>([
  ['postgres-backup suspend: true', 1, ['veza_staging']],
  ['veza-stream-server replicas: 0', 4, ['veza_staging']],
  ['end of restore', 4, [previousDatabase, 'veza_staging'], [openFence]],
])(
  'a restore that loses the lock after "%s" stops, and leaves everything to the new holder',
  async (event, pausedCount, databases, fence = []) => {
    const harness = new BackupHarness();
    const problems = await restoreUntilLockFails(harness, event, new LockLostError('restore of b by bob@desk'));
    expect(problems).toEqual([lost, ...fence, ...resumeCommands.slice(0, pausedCount)]);
    const stillPaused = (Object.values(harness.workloads) as unknown[][]).filter((notes) => notes.length > 1);
    expect(stillPaused).toHaveLength(pausedCount);
    expect(harness.databaseNames).toEqual(databases);
  },
);

test('if the cluster does not respond, the error says so and lists the commands', async () => {
  const harness = new BackupHarness();
  const unreachable = new UsageError('kubectl replace: no route to host');
  expect(await restoreUntilLockFails(harness, 'veza-stream-server replicas: 0', unreachable)).toEqual([
    'kubectl replace: no route to host',
    unchanged,
    'could not determine whether a Job still replaces the database (kubectl replace: no route to host); once none is active, ' +
      'run the restore again, or resume the paused workloads by hand:',
    ...resumeCommands,
  ]);
  expect(harness.workloads).toEqual(paused);
});

test('nothing is restored while a migration is active; a finished one does not matter', async () => {
  const harness = new BackupHarness();
  const metadata = { name: 'veza-migration-1', namespace: 'veza-staging' };
  const spec = { template: { spec: { containers: [{ name: 'migration', args: ['migration'] }] } } };
  harness.cluster.add({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec });
  harness.jobs.migration = { succeed: false, seconds: 600 };
  expect(await problemsIn(harness.restore())).toEqual([
    'Job veza-migration-1 is migrating the database; wait for it to finish, or delete it',
    unchanged,
    notStopped,
  ]);
  // The Job starts within some seconds, and runs for ten minutes.
  await harness.cluster.clock.sleep(5);
  await harness.cluster.clock.sleep(600);
  expect(harness.events).toContain('failure of migration');
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.workloads).toEqual(running);
});
