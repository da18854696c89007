import {
  again,
  atRest,
  byHand,
  clusterWith,
  killedAt,
  old,
  openFence,
  restoring,
  stoppable,
  stopped,
  untouched,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

test('what a restore left that was killed, the next one brings back', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(cluster.standing).toEqual(stopped);
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(old);
  expect(site.told.slice(0, 2)).toEqual([
    'an earlier restore was stopped before its end …',
    '  ✔ this one takes over what stands still since: deployment/veza-backend-api, deployment/veza-chat-server, ' +
      'deployment/veza-stream-server, cronjob/postgres-backup',
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('the next one brings it back even if it fails at its first step', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(await problemsIn(restoring(siteOf(cluster), '20260101T000000Z'))).toEqual([
    'there is no backup 20260101T000000Z; there are 20261125T021500Z',
    untouched,
    again,
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('a restore that was killed while its Job is at work: the next one waits for that Job first', async () => {
  const cluster = await killedAt('job restore 20261125T021500Z', { jobSeconds: 1000 });
  const beforeSecond = cluster.state.events.length;
  await restoring(siteOf(cluster));
  expect(cluster.state.events.slice(beforeSecond, beforeSecond + 3)).toEqual([
    'patch postgres-backup {"suspend":true}',
    'end of restore',
    'job check 20261125T021500Z',
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('what somebody has scaled since a killed restore is what comes back', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas: 5 });
  await restoring(siteOf(cluster));
  expect(cluster.standing).toEqual({ ...atRest, 'deployment/veza-chat-server': [5] });
});

test('whoever stops it while the Job is at work finds everything as it was, and the Job gone', async () => {
  const cluster = clusterWith({ faults: { restore: { endless: true } } });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual(['stopped by SIGTERM', untouched, again]);
  expect(cluster.state.events).toContain('delete restore 20261125T021500Z');
  expect(cluster.standing).toEqual(atRest);
  expect(cluster.unfinished).toEqual([]);
});

test('whoever stops it between two steps, the next one does not begin', async () => {
  const cluster = clusterWith();
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('make ')) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual(['stopped by SIGTERM', untouched, again]);
  expect(cluster.state.events).not.toContain('job restore 20261125T021500Z');
  expect(cluster.standing).toEqual(atRest);
});

test('what kubectl says when it is stopped too is not the cause', async () => {
  const cluster = clusterWith({ roleFaults: { make: 'signal: interrupt' } });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('make ')) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual(['stopped by SIGTERM', untouched, again]);
});

test.each(['work', 'end'])('whoever stops it when the names have changed gets a whole database: %s', async (moment) => {
  const cluster = clusterWith({ faults: moment === 'work' ? { restore: { lingers: true } } : {} });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event === `${moment} of restore`) stop();
  };
  expect(await problemsIn(restoring(site))).toEqual([
    'stopped by SIGTERM',
    `database veza_staging is the restored one; the one before is ${old}`,
    ...(moment === 'work' ? [again] : []),
  ]);
  expect(cluster.state.events.filter((event) => event.startsWith('apply '))).toHaveLength(1);
  expect(cluster.standing).toEqual(atRest);
});

test('services stay down as long as a pod may still replace the database', async () => {
  const cluster = clusterWith({ faults: { restore: { endless: true } }, undeletable: ['restore'] });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) stop();
  };
  const problems = await problemsIn(restoring(site));
  expect(problems[2]).toMatch(
    /^Job postgres-backup-restore-\w+-\w{6} may still replace the database; when it is gone, run the restore again, or set going by hand what stands still:$/,
  );
  expect(problems.slice(3)).toEqual([openFence, ...byHand]);
  expect(cluster.standing).toEqual(stopped);
});
