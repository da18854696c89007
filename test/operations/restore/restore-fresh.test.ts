import {
  clusterWith,
  databaseNames,
  paused,
  previousDatabase,
  restoring,
  restoringFresh,
  resumed,
  running,
  unchanged,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';
import type { TestCluster } from '../backup/support/test-cluster';

const backup = '20261125T021500Z';

function crashing(): TestCluster {
  return clusterWith({ serverCrashes: true });
}

/** Replicas of the server's StatefulSet, and its annotations. */
function serverOf({ state }: TestCluster): unknown[] {
  const { spec, metadata } = state.objects['statefulset/postgres'] ?? {};
  return [spec?.replicas, metadata?.annotations ?? {}];
}

test('if the server crashes, the error recommends a fresh server, and nothing is stopped', async () => {
  const cluster = crashing();
  const problems = await problemsIn(restoring(siteOf(cluster)));
  expect(problems.slice(1, 3)).toEqual([
    'postgres-0 is not ready (CrashLoopBackOff); if its data is damaged (docs/guides/damaged-database.md), set the data aside ' +
      `and restore into a fresh server: npx veza restore staging ${backup} --fresh-server`,
    unchanged,
  ]);
  expect(cluster.workloads).toEqual(running);
});

test('a release without a fence is an error before anything is stopped', async () => {
  const cluster = clusterWith({ hasFence: false });
  expect((await problemsIn(restoring(siteOf(cluster))))[0]).toMatch(
    /^\/etc\/postgres\/fence\.sh cannot be run in postgres-0 \(.*\); deploy these manifests first$/,
  );
  expect(cluster.workloads).toEqual(running);
});

test('the damaged data is set aside, a fresh server starts, and the backup is restored into it', async () => {
  const cluster = crashing();
  const site = siteOf(cluster);
  expect(await restoringFresh(site)).toBe(previousDatabase);
  const [name = ''] = cluster.state.setAside;
  expect(name).toMatch(/^damaged-20261125t03\d{4}z-[0-9a-f]{6}$/);
  const { events } = cluster.state;
  const order = [`job check ${backup}`, 'patch veza-chat-server {"replicas":0}', 'patch postgres {"replicas":0}'];
  expect(
    events.filter((event) => [...order, `end of ${name}`, 'patch postgres {"replicas":1}'].includes(event)),
  ).toEqual([...order, `end of ${name}`, 'patch postgres {"replicas":1}']);
  expect(events.indexOf('patch postgres {"replicas":1}')).toBeLessThan(events.indexOf(`fence close ${backup}`));
  expect(cluster.workloads).toEqual(running);
  expect(serverOf(cluster)).toEqual([1, {}]);
  expect(databaseNames(cluster)).toEqual([previousDatabase, 'veza_staging']);
  expect(site.output).toContain(
    '  ✔ Once the old data is no longer needed, remove it: kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 ' +
      `--container=postgres -- sh -c 'rm -r "$PGDATA.${name}"'`,
  );
});

test('a server that a killed restore left stopped is started by the next restore, even if that fails', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event === 'patch postgres {"replicas":0}') cluster.outage = { error: 'killed', calls: 1e6 };
  };
  await problemsIn(restoringFresh(siteOf(cluster)));
  cluster.onEvent = () => undefined;
  cluster.outage = undefined;
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    expect.stringContaining('postgres-0'),
    unchanged,
    resumed,
  ]);
  expect(serverOf(cluster)).toEqual([1, {}]);
  expect(cluster.workloads).toEqual(running);
  expect(cluster.state.setAside).toEqual([]);
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
});

test('a server that was scaled to zero by hand runs after the restore', async () => {
  const cluster = crashing();
  Object.assign(cluster.state.objects['statefulset/postgres']?.spec ?? {}, { replicas: 0 });
  expect(await restoringFresh(siteOf(cluster))).toBe(previousDatabase);
  expect(serverOf(cluster)).toEqual([1, {}]);
});

test('an incomplete backup leaves the damaged server unchanged', async () => {
  const cluster = clusterWith({ serverCrashes: true, volume: [] });
  await problemsIn(restoringFresh(siteOf(cluster)));
  expect(cluster.state.setAside).toEqual([]);
  expect(serverOf(cluster)).toEqual([1, {}]);
  expect(cluster.workloads).toEqual(running);
});

test('a volume without space for both leaves the damaged data in place', async () => {
  const cluster = clusterWith({ serverCrashes: true, freeBytes: 2 ** 20 });
  expect(await problemsIn(restoringFresh(siteOf(cluster)))).toEqual([
    `could not set the damaged data aside: the volume needs ${2 ** 30 + 12 * 2 ** 20}`,
    unchanged,
    resumed,
  ]);
  expect(serverOf(cluster)).toEqual([1, {}]);
  expect(cluster.workloads).toEqual(running);
});

test('services do not resume with an empty server, and the next restore continues with it', async () => {
  const cluster = crashing();
  cluster.state.jobFailures.restore = { line: 'no connection' };
  const problems = await problemsIn(restoringFresh(siteOf(cluster)));
  const [name = ''] = cluster.state.setAside;
  expect(problems.slice(0, 2)).toEqual([
    'restore: no connection',
    `the database server may be a fresh one without data (the old data is kept as ${name}), so the services stay stopped; run ` +
      'the restore again, or resume the paused workloads by hand:',
  ]);
  expect(cluster.workloads).toEqual(paused);
  expect(serverOf(cluster)).toEqual([1, { 'veza.app/data-set-aside': name }]);
  cluster.state.jobFailures = {};
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
  expect(cluster.state.setAside).toEqual([name]);
  expect(cluster.workloads).toEqual(running);
  expect(serverOf(cluster)).toEqual([1, {}]);
});

test.each(['patch postgres {"replicas":0}', 'patch postgres veza.app/data-set-aside', 'end of set-aside'])(
  'a restore that was killed at %s is completed by the next one',
  async (moment) => {
    const cluster = crashing();
    cluster.onEvent = (event) => {
      if (event === moment || (moment === 'end of set-aside' && event.startsWith('end of damaged-'))) {
        cluster.outage = { error: 'killed', calls: 1e6 };
      }
    };
    await problemsIn(restoringFresh(siteOf(cluster)));
    cluster.onEvent = () => undefined;
    cluster.outage = undefined;
    expect(await restoringFresh(siteOf(cluster))).toBe(previousDatabase);
    expect(cluster.state.setAside).toHaveLength(1);
    expect(cluster.workloads).toEqual(running);
    expect(serverOf(cluster)).toEqual([1, {}]);
  },
);
