import {
  again,
  atRest,
  byHand,
  clusterWith,
  killedAt,
  names,
  old,
  openFence,
  restoring,
  stopped,
  untouched,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';
import type { TestCluster } from '../backup/support/test-cluster';

/** Scales a service by hand, as a reader of an alert may do. */
function scale(cluster: TestCluster, replicas: number): void {
  Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas });
}

test('the services may not log in from before the restore until the data is in its place', async () => {
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

test('a service that is started by hand meanwhile is stopped again before the data is touched', async () => {
  const cluster = clusterWith();
  let pods: string[] = [];
  cluster.onEvent = (event) => {
    if (event.startsWith('make ')) scale(cluster, 2);
    if (event.startsWith('job restore')) pods = cluster.podsOf(/^veza-/);
  };
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(old);
  expect(pods).toEqual([]);
  expect(site.told).toContain('stopping services that were started meanwhile: veza-chat-server …');
  expect(cluster.standing).toEqual({ ...atRest, 'deployment/veza-chat-server': [2] });
});

test('a fence that cannot be closed: nothing is replaced, and the services come back', async () => {
  const cluster = clusterWith({ roleFaults: { close: 'psql: error: canceling statement' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'sh in postgres-0: psql: error: canceling statement',
    untouched,
    again,
  ]);
  expect(cluster.state.events).not.toContain('job restore 20261125T021500Z');
  expect(cluster.standing).toEqual(atRest);
});

test('a fence that cannot be opened: services stay down rather than knock in vain, and what to type is said', async () => {
  const cluster = clusterWith({ roleFaults: { open: 'psql: error: no server' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    "the services' role still may not log in: sh in postgres-0: psql: error: no server; once the server answers, type:",
    openFence,
    ...byHand,
    `database veza_staging is the restored one; the one before is ${old}`,
  ]);
  expect(cluster.standing).toEqual(stopped);
  cluster.state.roleFaults = {};
  await restoring(siteOf(cluster));
  expect(cluster.standing).toEqual(atRest);
  expect(cluster.state.isFenced).toBe(false);
});

test('what a killed restore left closed, the next one opens even if it fails at its first step', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(cluster.state.isFenced).toBe(true);
  expect(await problemsIn(restoring(siteOf(cluster), '20260101T000000Z'))).toContain(again);
  expect(cluster.state.isFenced).toBe(false);
  expect(names(cluster)).toEqual(['veza_staging']);
});
