import {
  type ClusterState,
  copyTarget,
  record,
  start,
  stateWithBucket,
  unverified,
} from '../backup/support/cluster-state';
import {
  again,
  atRest,
  clusterWith,
  names,
  old,
  restoring,
  restoringUnverified,
  unstopped,
  untouched,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';
import { TestCluster } from '../backup/support/test-cluster';

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
    'fence close 20261125T021500Z',
    'job roles 20261125T021500Z',
    'end of roles',
    'make {"roles":[]}',
    'job restore 20261125T021500Z',
    'end of restore',
    'apply {"roles":[]}',
    'fence open',
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
    '  ✔ 1.0 GiB needed, 2.0 GiB free',
    '  ✔ the services are stopped',
    '  ✔ it has no session and cannot begin one',
    '  ✔ no role is missing',
    '  ✔ database veza_staging is restored and verified',
    '  ✔ roles, grants and settings are as they should be',
    '  ✔ services and schedules are as they were',
  ]);
});

const remarks = [
  `20261125T021500Z is not verified: ${unverified.reason}`,
  'a database restored from 20261125T021500Z will lack EXTENSION postgis: permission denied',
  'a database restored from 20261125T021500Z will lack TABLE places: type "geometry" does not exist',
];

test('a backup that is not verified is not restored unless what it lacks is accepted', async () => {
  const cluster = clusterWith({ volume: [unverified] });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    ...remarks,
    'to restore it nevertheless: npm run restore -- staging 20261125T021500Z --accept-missing',
    untouched,
    unstopped,
  ]);
  expect(names(cluster)).toEqual(['veza_staging']);
  expect(cluster.standing).toEqual(atRest);
  const site = siteOf(cluster);
  expect(await restoringUnverified(site)).toBe(old);
  expect(site.told.join('\n')).toContain(remarks.join('\n    '));
});

test('what a verified backup never holds is printed before it is restored', async () => {
  const cluster = clusterWith({ volume: [{ ...record, missing: ['SUBSCRIPTION incoming: create it again'] }] });
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(old);
  expect(site.told.join('\n')).toContain(
    'a database restored from 20261125T021500Z will lack SUBSCRIPTION incoming: create it again',
  );
});

const drop = `kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 --container=postgres -- dropdb --username=postgres`;
const reconcileByHand =
  /^the roles, grants and settings of the restored database are not reconciled; do it: kubectl --context=veza-staging --namespace=veza-staging logs job\/postgres-backup-roles-\d{8}t\d{6}z-[0-9a-f]{6} \| kubectl --context=veza-staging --namespace=veza-staging exec --stdin postgres-0 --container=roles -- sh \/etc\/postgres\/restore-roles\.sh apply$/;

test.each<[string, Partial<ClusterState>, string[]]>([
  [
    'a damaged backup',
    { faults: { check: { line: 'database.dump: checksum differs' } } },
    ['database.dump: checksum differs; there are 20261125T021500Z', untouched, unstopped],
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
    { freeBytes: 2 ** 30 + 12 * 2 ** 20 - 1 },
    [
      "the database's volume has no room for the restored database beside the present one: 1.0 GiB needed, 1.0 GiB free",
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
      "the database's volume has no room for the restored database beside the present one: 1.0 GiB needed, 1.0 MiB free",
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
    'roles that cannot be made',
    { roleFaults: { make: 'psql: error: role "x" is in use' } },
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
    ['kubectl create: failed without output', untouched, again],
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
  expect(cluster.state.isFenced).toBe(false);
  expect(cluster.state.databases).toEqual(databases);
  expect(cluster.unfinished).toEqual([]);
  expect(cluster.state.events.filter((event) => event.startsWith('apply '))).toEqual([]);
});

test('roles that are missing are made first, and that they are there stays said', async () => {
  const site = siteOf(clusterWith({ missingRoles: ['reporter', 'Odd Role'] }));
  await restoring(site);
  expect(site.told).toContain('  ✔ made reporter, Odd Role, which may do nothing yet');
});

test('grants that fail after the restore: the data is the restored one, and it is said what to do', async () => {
  const cluster = clusterWith({ roleFaults: { apply: 'psql: error: no grant' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'sh in postgres-0: psql: error: no grant',
    expect.stringMatching(reconcileByHand),
    `database veza_staging is the restored one; the one before is ${old}`,
    again,
  ]);
  expect(cluster.standing).toEqual(atRest);
  expect(names(cluster)).toEqual([old, 'veza_staging']);
});

const fetch = `job sync ${copyTarget}/${record.name} /backups/unfinished/${record.name}`;

test.each<[string, Partial<ClusterState>]>([
  ['is only outside the cluster', {}],
  ['is damaged on the volume', { volume: [record], damaged: [record.name] }],
])('a backup that %s is fetched first, and counts when it is checked', async (_, change) => {
  const cluster = new TestCluster({ ...stateWithBucket(), ...change });
  await restoring(siteOf(cluster));
  expect(cluster.state.events.slice(0, 8)).toEqual([
    'patch postgres-backup {"suspend":true}',
    'patch postgres-backup-copy {"suspend":true}',
    'job check 20261125T021500Z',
    'failure of check',
    fetch,
    'end of sync',
    'job adopt 20261125T021500Z',
    'end of adopt',
  ]);
  expect(cluster.state.volume).toEqual([record]);
  expect(cluster.standing).toEqual({ ...atRest, 'cronjob/postgres-backup-copy': [false] });
});

test.each<[string, Partial<ClusterState>, string]>([
  ['cannot be fetched', { faults: { sync: { line: '403' } } }, 'outside the cluster: 403'],
  ['is not there', { bucket: [] }, 'outside the cluster: there is no backup 20261125T021500Z'],
  [
    'is damaged there too',
    { faults: { adopt: { line: 'its dump is damaged' } } },
    'outside the cluster: its dump is damaged',
  ],
])('a backup that is not whole on the volume and %s: both causes are said', async (_, change, outside) => {
  const cluster = new TestCluster({ ...stateWithBucket(), volume: [record], damaged: [record.name], ...change });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    '20261125T021500Z is damaged; there are 20261125T021500Z',
    outside,
    untouched,
    unstopped,
  ]);
  expect(cluster.state.volume).toEqual([record]);
});

test('the rest of a restore that was killed counts as space: the next one drops it', async () => {
  const rest = { oid: 7, name: 'veza_staging_restoring', bytes: 10 * 2 ** 20 };
  const cluster = clusterWith({ freeBytes: 2 ** 30 + 2 * 2 ** 20 });
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
    'usage: missing permissions in veza-staging: patch deployments.apps, create pods/exec; ask an administrator for them',
  ]);
  expect(cluster.state.events).toEqual([]);
});
