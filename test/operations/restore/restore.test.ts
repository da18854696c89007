import {
  type ClusterState,
  copyTarget,
  record,
  start,
  stateWithBucket,
  unverified,
} from '../backup/support/cluster-state';
import {
  clusterWith,
  databaseNames,
  notStopped,
  previousDatabase,
  restoring,
  restoringUnverified,
  resumed,
  running,
  unchanged,
} from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';
import { TestCluster } from '../backup/support/test-cluster';

test('all steps happen in order, and only the database changes', async () => {
  const cluster = clusterWith();
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(previousDatabase);
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
  expect(cluster.workloads).toEqual(running);
  expect(databaseNames(cluster)).toEqual([previousDatabase, 'veza_staging']);
  expect(site.output.filter((line) => line.startsWith('  ✔'))).toEqual([
    '  ✔ Suspended the backup schedules; no Job of postgres-backup is active',
    '  ✔ Backup 20261125T021500Z is complete: 17 tables, 1234 rows',
    '  ✔ 1.0 GiB needed, 2.0 GiB free',
    '  ✔ Stopped the services',
    "  ✔ The services' role has no session and cannot log in",
    '  ✔ No role is missing',
    '  ✔ Restored and verified database veza_staging',
    '  ✔ Reconciled roles, grants and settings',
    '  ✔ Resumed the services and the backup schedules',
  ]);
});

const remarks = [
  `20261125T021500Z is not verified: ${unverified.reason}`,
  'a database restored from 20261125T021500Z will lack EXTENSION postgis: permission denied',
  'a database restored from 20261125T021500Z will lack TABLE places: type "geometry" does not exist',
];

test('an unverified backup is only restored if what it lacks is accepted', async () => {
  const cluster = clusterWith({ volume: [unverified] });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    ...remarks,
    'to restore it anyway: npx veza restore staging 20261125T021500Z --accept-missing',
    unchanged,
    notStopped,
  ]);
  expect(databaseNames(cluster)).toEqual(['veza_staging']);
  expect(cluster.workloads).toEqual(running);
  const site = siteOf(cluster);
  expect(await restoringUnverified(site)).toBe(previousDatabase);
  expect(site.output.join('\n')).toContain(remarks.join('\n    '));
});

test('what a verified backup lacks is printed before it is restored', async () => {
  const cluster = clusterWith({ volume: [{ ...record, missing: ['SUBSCRIPTION incoming: create it again'] }] });
  const site = siteOf(cluster);
  expect(await restoring(site)).toBe(previousDatabase);
  expect(site.output.join('\n')).toContain(
    'a database restored from 20261125T021500Z will lack SUBSCRIPTION incoming: create it again',
  );
});

const drop = `kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 --container=postgres -- dropdb --username=postgres`;
const reconcileByHand =
  /^the roles, grants and settings of the restored database are not reconciled; reconcile them: kubectl --context=veza-staging --namespace=veza-staging logs job\/postgres-backup-roles-\d{8}t\d{6}z-[0-9a-f]{6} \| kubectl --context=veza-staging --namespace=veza-staging exec --stdin postgres-0 --container=roles -- sh \/etc\/postgres\/restore-roles\.sh apply$/;

test.each<[string, Partial<ClusterState>, string[]]>([
  [
    'a damaged backup',
    { jobFailures: { check: { line: 'database.dump: checksum differs' } } },
    ['database.dump: checksum differs (available: 20261125T021500Z)', unchanged, notStopped],
  ],
  [
    'a backup that does not exist',
    { volume: [{ ...record, name: '20261124T021500Z' }] },
    ['there is no backup 20261125T021500Z (available: 20261124T021500Z)', unchanged, notStopped],
  ],
  [
    'a check that cannot start',
    { jobFailures: { check: { pending: { reason: 'Unschedulable', message: '0/3 nodes are available' } } } },
    ['check: its pod did not start within 180 s: Unschedulable: 0/3 nodes are available', unchanged, notStopped],
  ],
  [
    'no space',
    { freeBytes: 2 ** 30 + 12 * 2 ** 20 - 1 },
    [
      'not enough space on the volume for the restored database next to the present one: 1.0 GiB needed, 1.0 GiB free',
      'there is no database of an earlier restore to drop; enlarge the volume',
      unchanged,
      notStopped,
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
      'not enough space on the volume for the restored database next to the present one: 1.0 GiB needed, 1.0 MiB free',
      `veza_staging_before_x of an earlier restore takes 5.0 GiB; if it is no longer needed, drop it: ${drop} veza_staging_before_x`,
      unchanged,
      notStopped,
    ],
  ],
  [
    'roles that cannot be read',
    { jobFailures: { roles: { line: 'roles.sql: no such file' } } },
    ['roles: roles.sql: no such file', unchanged, resumed],
  ],
  [
    'roles that cannot be created',
    { scriptErrors: { make: 'psql: error: role "x" is in use' } },
    ['sh in postgres-0: psql: error: role "x" is in use', unchanged, resumed],
  ],
  [
    'a restore that fails',
    { jobFailures: { restore: { line: 'table tracks has 3 rows, and the backup 4' } } },
    ['restore: table tracks has 3 rows, and the backup 4', unchanged, resumed],
  ],
  [
    'a restore that does nothing',
    { jobFailures: { restore: { idle: true } } },
    ['restore: its Job succeeded, but the database was not replaced', unchanged, resumed],
  ],
  [
    'a restore whose creation gets no response',
    { jobFailures: { restore: { responseLost: true, endless: true } } },
    ['kubectl create: failed without output', unchanged, resumed],
  ],
  [
    'a restore whose pod is refused',
    { jobFailures: { restore: { refused: 'exceeded quota: limits' } } },
    ['restore: its pod did not start within 180 s: FailedCreate: exceeded quota: limits', unchanged, resumed],
  ],
])('%s: the services and schedules resume, and the database is unchanged', async (_, change, problems) => {
  const cluster = clusterWith(change);
  const databases = structuredClone(cluster.state.databases);
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual(problems);
  expect(cluster.workloads).toEqual(running);
  expect(cluster.state.isFenced).toBe(false);
  expect(cluster.state.databases).toEqual(databases);
  expect(cluster.unfinished).toEqual([]);
  expect(cluster.state.events.filter((event) => event.startsWith('apply '))).toEqual([]);
});

test('missing roles are created first', async () => {
  const site = siteOf(clusterWith({ missingRoles: ['reporter', 'Odd Role'] }));
  await restoring(site);
  expect(site.output).toContain('  ✔ Created reporter, Odd Role, without permissions yet');
});

test('if the grants fail, the database is restored and the error has the command to reconcile', async () => {
  const cluster = clusterWith({ scriptErrors: { apply: 'psql: error: no grant' } });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'sh in postgres-0: psql: error: no grant',
    expect.stringMatching(reconcileByHand),
    `database veza_staging is restored; the previous database is ${previousDatabase}`,
    resumed,
  ]);
  expect(cluster.workloads).toEqual(running);
  expect(databaseNames(cluster)).toEqual([previousDatabase, 'veza_staging']);
});

const fetch = `job sync ${copyTarget}/${record.name} /backups/unfinished/${record.name}`;

test.each<[string, Partial<ClusterState>]>([
  ['is only in the bucket', {}],
  ['is damaged on the volume', { volume: [record], damaged: [record.name] }],
])('a backup that %s is fetched first, and checked before it is used', async (_, change) => {
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
  expect(cluster.workloads).toEqual({ ...running, 'cronjob/postgres-backup-copy': [false] });
});

test.each<[string, Partial<ClusterState>, string]>([
  ['cannot be fetched', { jobFailures: { sync: { line: '403' } } }, 'the copy in the bucket: 403'],
  ['is not there', { bucket: [] }, 'the copy in the bucket: there is no backup 20261125T021500Z'],
  [
    'is damaged there too',
    { jobFailures: { adopt: { line: 'its dump is damaged' } } },
    'the copy in the bucket: its dump is damaged',
  ],
])('a backup that is damaged on the volume and %s: the error has both causes', async (_, change, outside) => {
  const cluster = new TestCluster({ ...stateWithBucket(), volume: [record], damaged: [record.name], ...change });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    '20261125T021500Z is damaged (available: 20261125T021500Z)',
    outside,
    unchanged,
    notStopped,
  ]);
  expect(cluster.state.volume).toEqual([record]);
});

test('the rest of a killed restore counts as free space, since the next one drops it', async () => {
  const rest = { oid: 7, name: 'veza_staging_restoring', bytes: 10 * 2 ** 20 };
  const cluster = clusterWith({ freeBytes: 2 ** 30 + 2 * 2 ** 20 });
  cluster.state.databases.push(rest);
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
});

test('without a database there is no previous one', async () => {
  const cluster = clusterWith({ databases: [] });
  expect(await restoring(siteOf(cluster))).toBeUndefined();
  // The outcome is clear at once.
  expect(cluster.state.now - start).toBeLessThan(90_000);
  expect(databaseNames(cluster)).toEqual(['veza_staging']);
});

test('a missing permission is an error before anything changes', async () => {
  const cluster = clusterWith({ denied: ['patch deployments', 'create pods/exec'] });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'usage: missing permissions in veza-staging: patch deployments.apps, create pods/exec; ask an administrator for them',
  ]);
  expect(cluster.state.events).toEqual([]);
});
