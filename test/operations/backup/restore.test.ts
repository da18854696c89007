import { restore } from '../../../lib/operations/backup/restore';
import { FailedError } from '../../../lib/problems';
import { type ClusterState, copyTarget, healthyState, record, start, stateWithBucket } from './support/cluster-state';
import { problemsIn, siteOf } from './support/staging-site';
import { TestCluster } from './support/test-cluster';

const untouched = 'database veza_staging is as it was: nothing was replaced';
const again = 'the services are started again as they were, and so are the schedules of the backups';
const unstopped = 'the services were not stopped, and the schedules of the backups are as they were';
const old = 'veza_staging_before_20261125t021500z';
const atRest = {
  'deployment/veza-backend-api': [2],
  'deployment/veza-chat-server': [3],
  'deployment/veza-stream-server': [1],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [false],
};
const stopped = {
  'deployment/veza-backend-api': [0, 'veza.app/replicas-before-restore=2'],
  'deployment/veza-chat-server': [0, 'veza.app/replicas-before-restore=3'],
  'deployment/veza-stream-server': [0, 'veza.app/replicas-before-restore=1'],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [true, 'veza.app/suspended-before-restore=false'],
};

function clusterWith(change: Partial<ClusterState> = {}): TestCluster {
  return new TestCluster({ ...healthyState(), ...change });
}

function names({ state }: TestCluster): string[] {
  return state.databases.map(({ name }) => name);
}

test('everything happens in its order, and nothing but the data is another', async () => {
  const cluster = clusterWith();
  const site = siteOf(cluster);
  expect(await restore(site, record.name)).toBe(old);
  expect(cluster.state.events).toEqual([
    'patch postgres-backup {"suspend":true}',
    'job check 20261125T021500Z',
    'end of check',
    'patch veza-backend-api {"replicas":0}',
    'patch veza-chat-server {"replicas":0}',
    'patch veza-stream-server {"replicas":0}',
    'job roles 20261125T021500Z',
    'end of roles',
    'reconcile CREATE ROLE veza_user;',
    'job restore 20261125T021500Z',
    'end of restore',
    'reconcile nothing',
    'patch veza-stream-server {"replicas":1}',
    'patch veza-chat-server {"replicas":3}',
    'patch veza-backend-api {"replicas":2}',
    'patch postgres-backup {"suspend":false}',
  ]);
  expect(cluster.standing).toEqual(atRest);
  expect(names(cluster)).toEqual([old, 'veza_staging']);
  expect(site.told.filter((line) => line.startsWith('  ✔'))).toEqual([
    '  ✔ no Job of postgres-backup is at work',
    '  ✔ backup 20261125T021500Z is whole: 17 tables, 1234 rows',
    '  ✔ 12.0 MiB needed, 100.0 MiB free',
    '  ✔ the services are stopped',
    '  ✔ the roles of the backup are applied',
    '  ✔ database veza_staging is restored and verified',
    '  ✔ roles and grants are as they should be',
    '  ✔ services and schedules are as they were',
  ]);
});

test('no pod of a service is left when the restore begins', async () => {
  const cluster = clusterWith();
  let pods: string[] = [];
  cluster.onEvent = (event) => {
    if (event.startsWith('job roles')) pods = cluster.podsOf(/^veza-/);
  };
  await restore(siteOf(cluster), record.name);
  expect(pods).toEqual([]);
  expect(cluster.podsOf(/^veza-/)).toHaveLength(6);
});

const drop = `kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 --container=postgres -- dropdb --username=postgres`;
const reconcileByHand =
  'the roles and grants of the restored database are not reconciled; do it: kubectl --context=veza-staging ' +
  '--namespace=veza-staging exec --stdin postgres-0 --container=roles -- sh /etc/postgres/restore-roles.sh </dev/null';

test.each<[string, Partial<ClusterState>, string[]]>([
  [
    'a damaged backup',
    { faults: { check: { line: 'database.dump: checksum differs' } } },
    ['backup 20261125T021500Z is damaged: database.dump: checksum differs', untouched, unstopped],
  ],
  [
    'a backup that does not exist',
    { volume: [{ ...record, name: '20261124T021500Z' }] },
    ['there is no backup 20261125T021500Z; there are 20261124T021500Z', untouched, unstopped],
  ],
  [
    'a check that cannot start',
    { faults: { check: { pending: { reason: 'Unschedulable', message: '0/3 nodes are available' } } } },
    ['check: its pod did not start in 180 s: Unschedulable: 0/3 nodes are available', untouched, unstopped],
  ],
  [
    'no space',
    { freeBytes: 12 * 2 ** 20 - 1 },
    [
      "the database's volume has no room for the restored database beside the present one: 12.0 MiB needed, 12.0 MiB free",
      'no database of an earlier restore is there to be dropped; enlarge the volume',
      untouched,
      unstopped,
    ],
  ],
  [
    'no space because of an earlier restore',
    {
      freeBytes: 2 ** 20,
      databases: [
        { oid: 1, name: 'veza_staging', bytes: 1 },
        { oid: 2, name: 'veza_staging_before_x', bytes: 5 * 2 ** 30 },
      ],
    },
    [
      "the database's volume has no room for the restored database beside the present one: 12.0 MiB needed, 1.0 MiB free",
      `veza_staging_before_x of an earlier restore takes 5.0 GiB; if nobody needs it, drop it: ${drop} veza_staging_before_x`,
      untouched,
      unstopped,
    ],
  ],
  ['pods that do not end', { stuck: ['veza-chat-server'] }, ['the pods of the services do not end', untouched, again]],
  [
    'roles that cannot be read',
    { faults: { roles: { line: 'roles.sql: no such file' } } },
    ['roles: roles.sql: no such file', untouched, again],
  ],
  [
    'roles that cannot be applied',
    { roleFaults: { applied: 'psql: error: role "x" is in use' } },
    ['sh in postgres-0: psql: error: role "x" is in use', untouched, again],
  ],
  [
    'a restore that fails',
    { faults: { restore: { line: 'table tracks has 3 rows, and the backup 4' } } },
    ['restore: table tracks has 3 rows, and the backup 4', untouched, again],
  ],
  [
    'a restore that does nothing',
    { faults: { restore: { idle: true } } },
    ['restore: its Job ended well, but the database is still the one before', untouched, again],
  ],
  [
    'a restore that nobody hears of',
    { faults: { restore: { unheard: true, endless: true } } },
    ['kubectl create: failed without a word', untouched, again],
  ],
  [
    'a restore whose pod is refused',
    { faults: { restore: { refused: 'exceeded quota: limits' } } },
    ['restore: its pod did not start in 180 s: FailedCreate: exceeded quota: limits', untouched, again],
  ],
])('%s: the services and schedules are as they were, and so is the data', async (_, change, problems) => {
  const cluster = clusterWith(change);
  const databases = structuredClone(cluster.state.databases);
  expect(await problemsIn(restore(siteOf(cluster), record.name))).toEqual(problems);
  expect(cluster.standing).toEqual(atRest);
  expect(cluster.state.databases).toEqual(databases);
  expect(cluster.unfinished).toEqual([]);
});

test('grants that fail after the restore: the data is the restored one, and it is said what to do', async () => {
  const cluster = clusterWith({ roleFaults: { empty: 'psql: error: no grant' } });
  expect(await problemsIn(restore(siteOf(cluster), record.name))).toEqual([
    'sh in postgres-0: psql: error: no grant',
    reconcileByHand,
    `database veza_staging is the restored one; the one before is ${old}`,
    again,
  ]);
  expect(cluster.standing).toEqual(atRest);
  expect(names(cluster)).toEqual([old, 'veza_staging']);
});

test('services that do not become ready: the data is restored, and the cause is said', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event === 'end of restore') cluster.state.stuck.push('veza-chat-server');
  };
  expect(await problemsIn(restore(siteOf(cluster), record.name))).toEqual([
    'veza-chat-server has 0 of 3 pods ready after 1200 s',
    `database veza_staging is the restored one; the one before is ${old}`,
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('what a restore left that was killed, the next one brings back', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(cluster.standing).toEqual(stopped);
  const site = siteOf(cluster);
  expect(await restore(site, record.name)).toBe(old);
  expect(site.told.slice(0, 2)).toEqual([
    'an earlier restore was stopped before its end …',
    '  ✔ this one takes over what stands still since: deployment/veza-backend-api, deployment/veza-chat-server, ' +
      'deployment/veza-stream-server, cronjob/postgres-backup',
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('the next one brings it back even if it fails at its first step', async () => {
  const cluster = await killedAt('job roles 20261125T021500Z');
  expect(await problemsIn(restore(siteOf(cluster), '20260101T000000Z'))).toEqual([
    'there is no backup 20260101T000000Z; there are 20261125T021500Z',
    untouched,
    again,
  ]);
  expect(cluster.standing).toEqual(atRest);
});

test('a restore that was killed while its Job is at work: the next one waits for that Job first', async () => {
  const cluster = await killedAt('job restore 20261125T021500Z', { jobSeconds: 200 });
  const beforeSecond = cluster.state.events.length;
  await restore(siteOf(cluster), record.name);
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
  await restore(siteOf(cluster), record.name);
  expect(cluster.standing).toEqual({ ...atRest, 'deployment/veza-chat-server': [5] });
});

test('a schedule that was suspended stays so, and a service without pods too', async () => {
  const cluster = clusterWith();
  Object.assign(cluster.state.objects['cronjob/postgres-backup']?.spec ?? {}, { suspend: true });
  Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas: 0 });
  await restore(siteOf(cluster), record.name);
  expect(cluster.standing).toEqual({
    ...atRest,
    'deployment/veza-chat-server': [0],
    'cronjob/postgres-backup': [true],
  });
});

test('whoever stops it while the Job is at work finds everything as it was, and the Job gone', async () => {
  const cluster = clusterWith({ faults: { restore: { endless: true } } });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) stop();
  };
  expect(await problemsIn(restore(site, record.name))).toEqual(['stopped by SIGTERM', untouched, again]);
  expect(cluster.state.events).toContain('delete restore 20261125T021500Z');
  expect(cluster.standing).toEqual(atRest);
  expect(cluster.unfinished).toEqual([]);
});

test('whoever stops it between two steps, the next one does not begin', async () => {
  const cluster = clusterWith();
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('reconcile CREATE')) stop();
  };
  expect(await problemsIn(restore(site, record.name))).toEqual(['stopped by SIGTERM', untouched, again]);
  expect(cluster.state.events).not.toContain('job restore 20261125T021500Z');
  expect(cluster.standing).toEqual(atRest);
});

test('what kubectl says when it is stopped too is not the cause', async () => {
  const cluster = clusterWith({ roleFaults: { applied: 'signal: interrupt' } });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('reconcile CREATE')) stop();
  };
  expect(await problemsIn(restore(site, record.name))).toEqual(['stopped by SIGTERM', untouched, again]);
});

test('pods that were ready before their Deployment was seen again do not count', async () => {
  const cluster = clusterWith();
  const chat = cluster.state.objects['deployment/veza-chat-server'];
  cluster.onEvent = (event) => {
    if (event !== 'end of restore') return;
    cluster.state.stuck.push('veza-chat-server');
    Object.assign(chat ?? {}, { status: { observedGeneration: 1, availableReplicas: 3 } });
    Object.assign(chat?.metadata ?? {}, { generation: 2 });
  };
  expect((await problemsIn(restore(siteOf(cluster), record.name)))[0]).toBe(
    'veza-chat-server has 0 of 3 pods ready after 1200 s',
  );
});

test.each(['work', 'end'])('whoever stops it when the names have changed gets a whole database: %s', async (moment) => {
  const cluster = clusterWith({ faults: moment === 'work' ? { restore: { lingers: true } } : {} });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event === `${moment} of restore`) stop();
  };
  expect(await problemsIn(restore(site, record.name))).toEqual([
    'stopped by SIGTERM',
    `database veza_staging is the restored one; the one before is ${old}`,
    ...(moment === 'work' ? [again] : []),
  ]);
  expect(cluster.state.events.filter((event) => event === 'reconcile nothing')).toHaveLength(1);
  expect(cluster.standing).toEqual(atRest);
});

test('an API server that is away for a moment is forgiven', async () => {
  const cluster = clusterWith({ jobSeconds: 30 });
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) cluster.outage = { words: 'The connection was refused', calls: 5 };
  };
  expect(await restore(siteOf(cluster), record.name)).toBe(old);
  expect(cluster.standing).toEqual(atRest);
});

test('an API server that stays away: what to type is said, and the next run repairs', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event.startsWith('job roles')) cluster.outage = { words: 'The connection was refused', calls: 1e6 };
  };
  const problems = await problemsIn(restore(siteOf(cluster), record.name));
  const patch = 'kubectl --context=veza-staging --namespace=veza-staging patch';
  expect(problems.slice(1)).toEqual([
    untouched,
    `deployment/veza-stream-server still stands still: kubectl get: The connection was refused; set it going: ${patch} deployment/veza-stream-server --type=merge --patch='{"metadata":{"annotations":{"veza.app/replicas-before-restore":null}},"spec":{"replicas":1}}'`,
    `deployment/veza-chat-server still stands still: kubectl get: The connection was refused; set it going: ${patch} deployment/veza-chat-server --type=merge --patch='{"metadata":{"annotations":{"veza.app/replicas-before-restore":null}},"spec":{"replicas":3}}'`,
    `deployment/veza-backend-api still stands still: kubectl get: The connection was refused; set it going: ${patch} deployment/veza-backend-api --type=merge --patch='{"metadata":{"annotations":{"veza.app/replicas-before-restore":null}},"spec":{"replicas":2}}'`,
    `cronjob/postgres-backup still stands still: kubectl get: The connection was refused; set it going: ${patch} cronjob/postgres-backup --type=merge --patch='{"metadata":{"annotations":{"veza.app/suspended-before-restore":null}},"spec":{"suspend":false}}'`,
  ]);
  expect(problems[0]).toMatch(
    /^Job postgres-backup-roles-\d{8}t\d{6}z may still run: The connection was refused; stop it: /,
  );
  cluster.outage = undefined;
  cluster.onEvent = () => undefined;
  await restore(siteOf(cluster), record.name);
  expect(cluster.standing).toEqual(atRest);
});

test('services stay down as long as a pod may still replace the database', async () => {
  const cluster = clusterWith({ faults: { restore: { endless: true } }, undeletable: ['restore'] });
  const { site, stop } = stoppable(cluster);
  cluster.onEvent = (event) => {
    if (event.startsWith('job restore')) stop();
  };
  const problems = await problemsIn(restore(site, record.name));
  expect(problems).toHaveLength(7);
  expect(problems[2]).toMatch(
    /^Job postgres-backup-restore-\w+ may still replace the database; when it is gone, run the restore again, or set going by hand what stands still:$/,
  );
  expect(cluster.standing).toEqual(stopped);
});

test('a backup that is only outside the cluster is fetched first', async () => {
  const cluster = new TestCluster(stateWithBucket());
  await restore(siteOf(cluster), record.name);
  const fetch = `copy --immutable ${copyTarget}/${record.name} /backups/verified/${record.name}`;
  expect(cluster.state.events.slice(0, 10)).toEqual([
    'patch postgres-backup {"suspend":true}',
    'patch postgres-backup-copy {"suspend":true}',
    'job check 20261125T021500Z',
    'failure of check',
    'job list',
    'end of list',
    `job ${fetch}`,
    'end of copy',
    'job check 20261125T021500Z',
    'end of check',
  ]);
  expect(cluster.standing).toEqual({ ...atRest, 'cronjob/postgres-backup-copy': [false] });
});

test('the rest of a restore that was killed counts as space: the next one drops it', async () => {
  const rest = { oid: 7, name: 'veza_staging_restoring', bytes: 10 * 2 ** 20 };
  const cluster = clusterWith({ freeBytes: 2 * 2 ** 20 });
  cluster.state.databases.push(rest);
  expect(await restore(siteOf(cluster), record.name)).toBe(old);
});

test('without a database there is nothing to put aside', async () => {
  const cluster = clusterWith({ databases: [] });
  expect(await restore(siteOf(cluster), record.name)).toBeUndefined();
  // Nobody was asked again and again for a name that there is not.
  expect(cluster.state.now - start).toBeLessThan(60_000);
  expect(names(cluster)).toEqual(['veza_staging']);
});

test('who may not do all of it changes nothing', async () => {
  const cluster = clusterWith({ denied: ['patch deployments', 'create pods/exec'] });
  expect(await problemsIn(restore(siteOf(cluster), record.name))).toEqual([
    'usage: you may not patch deployments.apps, create pods/exec in veza-staging; ask for that right',
  ]);
  expect(cluster.state.events).toEqual([]);
});

/** A cluster whose restore was killed at an event: from then on no call of it arrives. */
async function killedAt(moment: string, change: Partial<ClusterState> = {}): Promise<TestCluster> {
  const cluster = clusterWith(change);
  cluster.onEvent = (event) => {
    if (event === moment) cluster.outage = { words: 'killed', calls: 1e6 };
  };
  await problemsIn(restore(siteOf(cluster), record.name));
  cluster.onEvent = () => undefined;
  cluster.outage = undefined;
  return cluster;
}

function stoppable(cluster: TestCluster) {
  const controller = new AbortController();
  return {
    site: siteOf(cluster, controller.signal),
    stop: () => controller.abort(new FailedError(['stopped by SIGTERM'])),
  };
}
