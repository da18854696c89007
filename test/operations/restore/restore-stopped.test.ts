import {
  clusterWith,
  killedAt,
  openFence,
  paused,
  previousDatabase,
  restoring,
  resumeCommands,
  resumed,
  running,
  stoppable,
  unchanged,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

test('what a killed restore left paused is resumed by the next one', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(cluster.workloads).toEqual(paused);
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(previousDatabase);
  expect(site.output.slice(0, 2)).toEqual([
    'Found an interrupted restore …',
    '  ✔ Took over what it paused: deployment/veza-backend-api, deployment/veza-chat-server, ' +
      'deployment/veza-stream-server, cronjob/postgres-backup',
  ]);
  expect(cluster.workloads).toEqual(running);
});

test('the next one resumes it even if it fails at its first step', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(await problemsIn(restoring(siteOf(cluster), '20260101T000000Z'))).toEqual([
    'there is no backup 20260101T000000Z (available: 20261125T021500Z)',
    unchanged,
    resumed,
  ]);
  expect(cluster.workloads).toEqual(running);
});

test('the next restore waits for the Job of a killed one first', async () => {
  const cluster = await killedAt('job restore 20261125T021500Z', { jobSeconds: 1000 });
  const beforeSecond = cluster.state.events.length;
  await restoring(siteOf(cluster));
  expect(cluster.state.events.slice(beforeSecond, beforeSecond + 3)).toEqual([
    'patch postgres-backup {"suspend":true}',
    'end of restore',
    'job check 20261125T021500Z',
  ]);
  expect(cluster.workloads).toEqual(running);
});

test('a service that was scaled after a killed restore keeps its new replicas', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas: 5 });
  await restoring(siteOf(cluster));
  expect(cluster.workloads).toEqual({ ...running, 'deployment/veza-chat-server': [5] });
});

test('a stop while the Job is active resumes everything and deletes the Job', async () => {
  const cluster = clusterWith({ jobFailures: { restore: { endless: true } } });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
  expect(cluster.state.events).toContain('delete restore 20261125T021500Z');
  expect(cluster.workloads).toEqual(running);
  expect(cluster.unfinished).toEqual([]);
});

test('after a stop between two steps, the next step does not begin', async () => {
  const cluster = clusterWith();
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('make ')) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
  expect(cluster.state.events).not.toContain('job restore 20261125T021500Z');
  expect(cluster.workloads).toEqual(running);
});

test('the error of a kubectl that is stopped too is not the cause', async () => {
  const cluster = clusterWith({ scriptErrors: { make: 'signal: interrupt' } });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('make ')) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual(['stopped by SIGTERM', unchanged, resumed]);
});

test.each(['work', 'end'])(
  'a stop after the databases were renamed still completes the database: %s',
  async (moment) => {
    const cluster = clusterWith({ jobFailures: moment === 'work' ? { restore: { lingers: true } } : {} });
    const { site, stop } = stoppable(cluster);
    cluster.onEvent = (event) => {
      if (event === `${moment} of restore`) stop();
    };
    expect(await problemsIn(restoring(site))).toEqual([
      'stopped by SIGTERM',
      `database veza_staging is restored; the previous database is ${previousDatabase}`,
      ...(moment === 'work' ? [resumed] : []),
    ]);
    expect(cluster.state.events.filter((event) => event.startsWith('apply '))).toHaveLength(1);
    expect(cluster.workloads).toEqual(running);
  },
);

test('services stay paused as long as a pod may still replace the database', async () => {
  const cluster = clusterWith({ jobFailures: { restore: { endless: true } }, undeletable: ['restore'] });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) stop();
  };
  const problems = await problemsIn(restoring(site));
  expect(problems[2]).toMatch(
    /^Job postgres-backup-restore-\w+-\w{6} may still replace the database; once it is gone, run the restore again, or resume the paused workloads by hand:$/,
  );
  expect(problems.slice(3)).toEqual([openFence, ...resumeCommands]);
  expect(cluster.workloads).toEqual(paused);
});
