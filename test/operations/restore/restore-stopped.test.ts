import { ApiError } from '../../../lib/cluster/errors';
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

test('what a killed restore left paused is resumed by the next one', async () => {
  const harness = new BackupHarness();
  await harness.restoreUntilKilled('job roles 20261125T021500Z');
  expect(harness.workloads).toEqual(paused);
  const printed = harness.output.length;
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.output.slice(printed, printed + 2)).toEqual([
    'Found an interrupted restore …',
    '  ✔ Took over what it paused: deployment/veza-backend-api, deployment/veza-chat-server, ' +
      'deployment/veza-stream-server, cronjob/postgres-backup',
  ]);
  expect(harness.workloads).toEqual(running);
});

test('the next one resumes it even if it fails at its first step', async () => {
  const harness = new BackupHarness();
  await harness.restoreUntilKilled('job roles 20261125T021500Z');
  expect(await problemsIn(harness.restore({ backup: '20260101T000000Z' }))).toEqual([
    'there is no backup 20260101T000000Z (available: 20261125T021500Z)',
    unchanged,
    resumed,
  ]);
  expect(harness.workloads).toEqual(running);
});

test('the next restore waits for the Job of a killed one first', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  await harness.restoreUntilKilled('job restore 20261125T021500Z');
  const before = harness.events.length;
  await harness.restore();
  expect(harness.events.slice(before, before + 2)).toEqual(['end of restore', 'job check 20261125T021500Z']);
  expect(harness.workloads).toEqual(running);
});

test('a service that was scaled after a killed restore keeps its new replicas', async () => {
  const harness = new BackupHarness();
  await harness.restoreUntilKilled('job roles 20261125T021500Z');
  harness.change('Deployment', 'veza-chat-server', { replicas: 5 });
  await harness.restore();
  expect(harness.workloads).toEqual({ ...running, 'deployment/veza-chat-server': [5] });
});

test('a stop while the Job is active resumes everything and deletes the Job', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  const signal = harness.stopAt(/^job restore/);
  expect(await problemsIn(harness.restore({ signal }))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
  expect(harness.events).toContain('delete restore 20261125T021500Z');
  expect(harness.workloads).toEqual(running);
  expect(harness.activeJobs).toEqual([]);
});

test('after a stop between two steps, the next step does not begin', async () => {
  const harness = new BackupHarness();
  const signal = harness.stopAt(/^make /);
  expect(await problemsIn(harness.restore({ signal }))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
  expect(harness.events).not.toContain('job restore 20261125T021500Z');
  expect(harness.workloads).toEqual(running);
});

test('the error of a kubectl that is stopped too is not the cause', async () => {
  const harness = new BackupHarness();
  harness.postgres.errors.make = 'signal: interrupt';
  const signal = harness.stopAt(/^make /);
  expect(await problemsIn(harness.restore({ signal }))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
});

const restored = `database veza_staging is restored; the previous database is ${previousDatabase}`;

test('a stop after the databases were renamed, while the Job still runs, completes the database', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  const signal = harness.stopAt(/^job restore/);
  harness.at(/^job restore/, () => harness.postgres.replaceDatabase('20261125T021500Z', 1));
  expect(await problemsIn(harness.restore({ signal }))).toEqual(['stopped by SIGTERM', restored, resumed]);
  expect(harness.events.filter((event) => event.startsWith('apply '))).toHaveLength(1);
  expect(harness.workloads).toEqual(running);
});

test.each<[string | RegExp, readonly string[]]>([
  ['end of restore', [restored, resumed]],
  [/^apply /, [restored]],
])('a stop after the Job has ended completes the database, at %p', async (event, lines) => {
  const harness = new BackupHarness();
  const signal = harness.stopAt(event);
  expect(await problemsIn(harness.restore({ signal }))).toEqual(['stopped by SIGTERM', ...lines]);
  expect(harness.events.filter((event) => event.startsWith('apply '))).toHaveLength(1);
  expect(harness.workloads).toEqual(running);
});

test('services stay paused as long as a pod may still replace the database', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  harness.cluster.onCall = (verb, object) => {
    if (verb !== 'delete' || !object.startsWith('job/postgres-backup-restore-')) return;
    throw new ApiError(`kubectl delete: timed out waiting for the condition on ${object}`);
  };
  const problems = await problemsIn(harness.restore({ signal: harness.stopAt(/^job restore/) }));
  expect(problems[2]).toMatch(
    /^Job postgres-backup-restore-\w+-\w{6} may still replace the database; once it is gone, run the restore again, or resume the paused workloads by hand:$/,
  );
  expect(problems.slice(3)).toEqual([openFence, ...resumeCommands]);
  expect(harness.workloads).toEqual(paused);
});
