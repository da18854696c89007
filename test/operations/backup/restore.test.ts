import { type ClusterState, copyTarget, record, start, stateWithBucket } from './support/cluster-state';
import { again, atRest, clusterWith, names, old, restoring, unstopped, untouched } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';
import { TestCluster } from './support/test-cluster';

test('everything happens in its order, and nothing but the data is another', async () => {
  const cluster = clusterWith();
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(old);
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
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual(problems);
  expect(cluster.standing).toEqual(atRest);
  expect(cluster.state.databases).toEqual(databases);
  expect(cluster.unfinished).toEqual([]);
});

test('grants that fail after the restore: the data is the restored one, and it is said what to do', async () => {
  const cluster = clusterWith({ roleFaults: { empty: 'psql: error: no grant' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'sh in postgres-0: psql: error: no grant',
    reconcileByHand,
    `database veza_staging is the restored one; the one before is ${old}`,
    again,
  ]);
  expect(cluster.standing).toEqual(atRest);
  expect(names(cluster)).toEqual([old, 'veza_staging']);
});

test('a backup that is only outside the cluster is fetched first', async () => {
  const cluster = new TestCluster(stateWithBucket());
  await restoring(siteOf(cluster));
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
  expect(await restoring(siteOf(cluster))).toBe(old);
});

test('without a database there is nothing to put aside', async () => {
  const cluster = clusterWith({ databases: [] });
  expect(await restoring(siteOf(cluster))).toBeUndefined();
  // Nobody was asked again and again for a name that there is not.
  expect(cluster.state.now - start).toBeLessThan(90_000);
  expect(names(cluster)).toEqual(['veza_staging']);
});

test('who may not do all of it changes nothing', async () => {
  const cluster = clusterWith({ denied: ['patch deployments', 'create pods/exec'] });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'usage: you may not patch deployments, create pods/exec in veza-staging; ask for that right',
  ]);
  expect(cluster.state.events).toEqual([]);
});
