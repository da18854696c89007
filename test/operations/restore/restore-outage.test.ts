import { BackupHarness, problemsIn } from '../../support/backup-harness';
import {
  openFence,
  paused,
  previousDatabase,
  resumeCommands,
  resumed,
  running,
  unchanged,
} from '../../support/restore-texts';

test('an outage of the API server of some minutes is tolerated', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 600 };
  harness.cutOffAt(/^job restore/, 280);
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.workloads).toEqual(running);
});

test('after a permanent outage the error lists the commands, and the next run repairs', async () => {
  const harness = new BackupHarness();
  harness.cutOffAt(/^job roles/);
  const problems = await problemsIn(harness.restore());
  expect(problems[0]).toMatch(
    /^Job postgres-backup-roles-\w+-\w{6} may still run: kubectl delete: The connection was refused. Delete it with: kubectl .* delete job\/postgres-backup-roles-/,
  );
  expect(problems.slice(1)).toEqual([
    unchanged,
    'could not determine whether a Job still replaces the database (kubectl get: The connection was refused); once none is ' +
      'active, run the restore again, or resume the paused workloads by hand:',
    openFence,
    ...resumeCommands,
  ]);
  harness.cluster.outage = undefined;
  await harness.restore();
  expect(harness.workloads).toEqual(running);
});

test('a Job whose state is unknown for some seconds after a stop is deleted, and everything resumes', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  harness.cutOffAt(/^job restore/, 20);
  const signal = harness.stopAt(/^job restore/);
  expect(await problemsIn(harness.restore({ signal }))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
  expect(harness.activeJobs).toEqual([]);
  expect(harness.workloads).toEqual(running);
});

test('a Job whose state stays unknown counts as active, and nothing resumes', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  harness.cutOffAt(/^job restore/, 300);
  const signal = harness.stopAt(/^job restore/);
  const problems = await problemsIn(harness.restore({ signal }));
  expect(problems[0]).toBe('stopped by SIGTERM');
  expect(problems.slice(-resumeCommands.length - 1)).toEqual([openFence, ...resumeCommands]);
  expect(harness.activeJobs).toEqual(['restore 20261125T021500Z']);
  expect(harness.workloads).toEqual(paused);
});
