import { type RestoreOrder, restore } from '../../../lib/operations/backup/restore';
import { atRest, clusterWith, killedAt, old, order, stopped, takingOver } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';
import type { TestCluster } from './support/test-cluster';

const bobs: RestoreOrder = { ...order, who: 'bob@desk' };
const refused = expect.stringMatching(
  /^jane@laptop restores staging since 2026-11-25T03:00:\d\d\.000Z; wait for the end of that, or, if that run is dead, take over from it: run this again with --take-over$/,
);

/** Runs one restore, and another from an event of it on. */
async function meeting(cluster: TestCluster, moment: string, second: RestoreOrder) {
  let other: Promise<readonly string[]> | undefined;
  cluster.onEvent = (event) => {
    if (event !== moment) return;
    cluster.onEvent = () => undefined;
    other = problemsIn(restore(siteOf(cluster), second));
  };
  const first = await problemsIn(restore(siteOf(cluster), order));
  return { first, between: structuredClone(cluster.standing), second: await other };
}

test.each([
  'patch postgres-backup veza.app/restore',
  'patch postgres-backup {"suspend":true}',
  'job check 20261125T021500Z',
  'patch veza-stream-server {"replicas":0}',
  'reconcile CREATE ROLE veza_user;',
  'job restore 20261125T021500Z',
  'end of restore',
  'patch veza-stream-server {"replicas":1}',
])('a second restore is refused, and sets nothing going: %s', async (moment) => {
  const cluster = clusterWith();
  expect(await meeting(cluster, moment, bobs)).toEqual({ first: [], between: atRest, second: [refused] });
  expect(cluster.state.events.filter((event) => event.startsWith('job restore'))).toHaveLength(1);
  expect(cluster.standing).toEqual(atRest);
});

test('of two that begin at once, one restores', async () => {
  const cluster = clusterWith();
  const begun = [order, bobs].map((each) => problemsIn(restore(siteOf(cluster), each)));
  const problems = await Promise.all(begun);
  expect(problems.flat()).toEqual([expect.stringMatching(/^(jane@laptop|bob@desk) restores staging since /)]);
  expect(cluster.state.events.filter((event) => event.startsWith('job restore'))).toHaveLength(1);
  expect(cluster.standing).toEqual(atRest);
});

test('a CronJob that somebody writes at that very moment is read once more', async () => {
  const cluster = clusterWith();
  const site = siteOf(cluster);
  const { kubectl } = site;
  const ask = kubectl.ask.bind(kubectl);
  let disturbed = 0;
  kubectl.ask = async (args, options) => {
    const metadata = cluster.state.objects['cronjob/postgres-backup']?.metadata;
    if (metadata && disturbed === 0 && args.join(' ').includes('who')) {
      disturbed += 1;
      metadata.resourceVersion = '99';
    }
    return ask(args, options);
  };
  expect(await restore(site, order)).toBe(old);
  expect(disturbed).toBe(1);
  expect(cluster.standing).toEqual(atRest);
});

test("what a run left that was killed is nobody's until somebody says that it is dead", async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  const { length } = cluster.state.events;
  expect(await problemsIn(restore(siteOf(cluster), bobs))).toEqual([refused]);
  expect(cluster.state.events.slice(length)).toEqual(['end of roles']);
  expect(cluster.standing).toEqual(stopped);
  expect(await restore(siteOf(cluster), takingOver)).toBe(old);
  expect(cluster.standing).toEqual(atRest);
});

test.each(['job check 20261125T021500Z', 'job roles 20261125T021500Z', 'job restore 20261125T021500Z'])(
  'a run that was not dead at all stops, and leaves everything to the one that took over: %s',
  async (moment) => {
    const cluster = clusterWith({ jobSeconds: 20 });
    const { first, between, second } = await meeting(cluster, moment, takingOver);
    expect(first).toEqual([
      expect.stringMatching(
        /^bob@desk has taken over from this restore at 2026-11-25T03:0\d:\d\d\.000Z; it stops here, and leaves everything to that run$/,
      ),
    ]);
    expect(between['cronjob/postgres-backup']).toContain('veza.app/restore=bob@desk');
    expect(between['cronjob/postgres-backup']).toContain(true);
    expect(second).toEqual([]);
    expect(cluster.standing).toEqual(atRest);
  },
);

test('of two that take over at once, one does', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  const others = [takingOver, { ...takingOver, who: 'eve@phone' }];
  const problems = await Promise.all(others.map((each) => problemsIn(restore(siteOf(cluster), each))));
  expect(problems.flat()).toEqual([expect.stringMatching(/^(bob@desk|eve@phone) restores staging since /)]);
  expect(cluster.standing).toEqual(atRest);
});

test('a lock that somebody takes away stops the run too, and the next one repairs', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event !== 'end of roles') return;
    const metadata = cluster.state.objects['cronjob/postgres-backup']?.metadata;
    delete metadata?.annotations?.['veza.app/restore'];
  };
  expect(await problemsIn(restore(siteOf(cluster), order))).toEqual([
    'somebody has taken the lock of this restore away from CronJob/postgres-backup; it stops here, and sets nothing going: ' +
      'run it again, which repairs that',
  ]);
  expect(cluster.standing['deployment/veza-chat-server']).toEqual(stopped['deployment/veza-chat-server']);
  cluster.onEvent = () => undefined;
  await restore(siteOf(cluster), order);
  expect(cluster.standing).toEqual(atRest);
});

test('what somebody wrote there by hand locks as well', async () => {
  const cluster = clusterWith();
  Object.assign(cluster.state.objects['cronjob/postgres-backup']?.metadata ?? {}, {
    annotations: { 'veza.app/restore': 'maintenance' },
  });
  expect(await problemsIn(restore(siteOf(cluster), order))).toEqual([
    expect.stringMatching(/^somebody restores staging since an unknown time; /),
  ]);
  expect(cluster.state.events).toEqual([]);
});
