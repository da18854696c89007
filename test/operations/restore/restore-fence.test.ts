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

test('the services cannot log in from before the restore until the database is replaced', async () => {
  const harness = new BackupHarness();
  const moments = [
    /^job check/,
    /^veza-stream-server replicas: 0/,
    /^job roles/,
    /^job restore/,
    /^apply/,
    /^veza-stream-server replicas: 1/,
  ];
  const fenced: [string, boolean][] = [];
  for (const moment of moments) {
    harness.at(moment, () => fenced.push([harness.events.at(-1) ?? '', harness.postgres.isFenced]));
  }
  await harness.restore();
  expect(fenced).toEqual([
    ['job check 20261125T021500Z', false],
    ['veza-stream-server replicas: 0', false],
    ['job roles 20261125T021500Z', true],
    ['job restore 20261125T021500Z', true],
    ['apply {"roles":[]}', true],
    ['veza-stream-server replicas: 1', false],
  ]);
});

test('a service that is started meanwhile is stopped again before the database is replaced', async () => {
  const harness = new BackupHarness();
  let pods: string[] | undefined;
  harness.at(/^make /, () => harness.change('Deployment', 'veza-chat-server', { replicas: 2 }));
  harness.at(/^job restore/, () => {
    pods = harness.podsOf(/^veza-/);
  });
  expect(await harness.restore()).toBe(previousDatabase);
  expect(pods).toEqual([]);
  expect(harness.output).toContain('Stopping services that were started meanwhile: veza-chat-server …');
  expect(harness.workloads).toEqual({ ...running, 'deployment/veza-chat-server': [2] });
});

test('if the fence cannot be closed, nothing is replaced and the services resume', async () => {
  const harness = new BackupHarness();
  harness.postgres.errors.close = 'psql: error: canceling statement';
  expect(await problemsIn(harness.restore())).toEqual([
    'sh in postgres-0: psql: error: canceling statement',
    unchanged,
    resumed,
  ]);
  expect(harness.events).not.toContain('job restore 20261125T021500Z');
  expect(harness.workloads).toEqual(running);
});

test('if the fence cannot be opened, the services stay paused and the error lists the commands', async () => {
  const harness = new BackupHarness();
  harness.postgres.errors.open = 'psql: error: no server';
  expect(await problemsIn(harness.restore())).toEqual([
    "the services' role still cannot log in: sh in postgres-0: psql: error: no server. Once the server responds, run:",
    openFence,
    ...resumeCommands,
    `database veza_staging is restored; the previous database is ${previousDatabase}`,
  ]);
  expect(harness.workloads).toEqual(paused);
  delete harness.postgres.errors.open;
  await harness.restore();
  expect(harness.workloads).toEqual(running);
  expect(harness.postgres.isFenced).toBe(false);
});

test('a fence that a killed restore left closed is opened by the next one, even if that fails at its first step', async () => {
  const harness = new BackupHarness();
  await harness.restoreUntilKilled('job roles 20261125T021500Z');
  expect(harness.postgres.isFenced).toBe(true);
  expect(await problemsIn(harness.restore({ backup: '20260101T000000Z' }))).toContain(resumed);
  expect(harness.postgres.isFenced).toBe(false);
  expect(harness.databaseNames).toEqual(['veza_staging']);
});
