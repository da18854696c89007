import {
  clusterWith,
  databaseNames,
  killedAt,
  openFence,
  paused,
  previousDatabase,
  restoring,
  resumeCommands,
  resumed,
  running,
  unchanged,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';
import type { TestCluster } from '../backup/support/test-cluster';

/** Scales a service by hand, as an engineer on call may do. */
function scale(cluster: TestCluster, replicas: number): void {
  Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas });
}

test('the services cannot log in from before the restore until the database is replaced', async () => {
  const cluster = clusterWith();
  const fenced: [string, boolean][] = [];
  cluster.onEvent = (event) => {
    if (/^(job|apply|patch veza-stream-server)/.test(event))
      fenced.push([event.split(' ')[0] ?? '', cluster.state.isFenced]);
  };
  await restoring(siteOf(cluster));
  expect(fenced).toEqual([
    ['job', false],
    ['patch', false],
    ['job', true],
    ['job', true],
    ['apply', true],
    ['patch', false],
  ]);
});

test('a service that is started meanwhile is stopped again before the database is replaced', async () => {
  const cluster = clusterWith();
  let pods: string[] = [];
  cluster.onEvent = (event) => {
    if (event.startsWith('make ')) scale(cluster, 2);
    if (event.startsWith('job restore')) pods = cluster.podsOf(/^veza-/);
  };
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(previousDatabase);
  expect(pods).toEqual([]);
  expect(site.output).toContain('Stopping services that were started meanwhile: veza-chat-server …');
  expect(cluster.workloads).toEqual({ ...running, 'deployment/veza-chat-server': [2] });
});

test('if the fence cannot be closed, nothing is replaced and the services resume', async () => {
  const cluster = clusterWith({ scriptErrors: { close: 'psql: error: canceling statement' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'sh in postgres-0: psql: error: canceling statement',
    unchanged,
    resumed,
  ]);
  expect(cluster.state.events).not.toContain('job restore 20261125T021500Z');
  expect(cluster.workloads).toEqual(running);
});

test('if the fence cannot be opened, the services stay paused and the error lists the commands', async () => {
  const cluster = clusterWith({ scriptErrors: { open: 'psql: error: no server' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    "the services' role still cannot log in: sh in postgres-0: psql: error: no server. Once the server responds, run:",
    openFence,
    ...resumeCommands,
    `database veza_staging is restored; the previous database is ${previousDatabase}`,
  ]);
  expect(cluster.workloads).toEqual(paused);
  cluster.state.scriptErrors = {};
  await restoring(siteOf(cluster));
  expect(cluster.workloads).toEqual(running);
  expect(cluster.state.isFenced).toBe(false);
});

test('a fence that a killed restore left closed is opened by the next one, even if that fails at its first step', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(cluster.state.isFenced).toBe(true);
  expect(await problemsIn(restoring(siteOf(cluster), '20260101T000000Z'))).toContain(resumed);
  expect(cluster.state.isFenced).toBe(false);
  expect(databaseNames(cluster)).toEqual(['veza_staging']);
});
