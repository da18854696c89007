import { ApiError } from '../../../lib/cluster/errors';
import { copyTarget, record, unverified } from '../../support/backup-fixtures';
import { BackupHarness, problemsIn } from '../../support/backup-harness';
import { notStopped, previousDatabase, resumed, running, unchanged } from '../../support/restore-texts';

test('all steps happen in order, and only the database changes', async () => {
  const harness = new BackupHarness();
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.events).toEqual([
    'postgres-backup suspend: true',
    'job check 20261125T021500Z',
    'end of check',
    'veza-backend-api replicas: 0',
    'veza-chat-server replicas: 0',
    'veza-stream-server replicas: 0',
    'fence close 20261125T021500Z',
    'job roles 20261125T021500Z',
    'end of roles',
    'make {"roles":[]}',
    'job restore 20261125T021500Z',
    'end of restore',
    'apply {"roles":[]}',
    'fence open',
    'veza-stream-server replicas: 1',
    'veza-chat-server replicas: 3',
    'veza-backend-api replicas: 2',
    'postgres-backup suspend: false',
  ]);
  expect(harness.workloads).toEqual(running);
  expect(harness.databaseNames).toEqual([previousDatabase, 'veza_staging']);
  expect(harness.output.filter((line) => line.startsWith('  ✔'))).toEqual([
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
  const harness = new BackupHarness();
  harness.backups.volume = [unverified];
  expect(await problemsIn(harness.restore())).toEqual([
    ...remarks,
    'to restore it anyway: npx veza restore staging 20261125T021500Z --accept-missing',
    unchanged,
    notStopped,
  ]);
  expect(harness.databaseNames).toEqual(['veza_staging']);
  expect(harness.workloads).toEqual(running);
  expect(await harness.restore({ acceptMissing: true })).toBe(previousDatabase);
  expect(harness.output.join('\n')).toContain(remarks.join('\n    '));
});

test('what a verified backup lacks is printed before it is restored', async () => {
  const harness = new BackupHarness();
  harness.backups.volume = [{ ...record, missing: ['SUBSCRIPTION incoming: create it again'] }];
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.output.join('\n')).toContain(
    'a database restored from 20261125T021500Z will lack SUBSCRIPTION incoming: create it again',
  );
});

const drop = `kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 --container=postgres -- dropdb --username=postgres`;
const reconcileByHand =
  /^the roles, grants and settings of the restored database are not reconciled; reconcile them: kubectl --context=veza-staging --namespace=veza-staging logs job\/postgres-backup-roles-\d{8}t\d{6}z-[0-9a-f]{6} \| kubectl --context=veza-staging --namespace=veza-staging exec --stdin postgres-0 --container=roles -- sh \/etc\/postgres\/restore-roles\.sh apply$/;

/** Lets the Job of a verb fail with a last line. */
function failJob(verb: string, log: string): (harness: BackupHarness) => void {
  return ({ jobs }) => {
    jobs[verb] = { succeed: false, log };
  };
}

/** Lets no pod of a Job of a verb start, for a reason of the cluster. */
function blockJob(verb: string, as: 'Unschedulable' | 'QuotaExceeded'): (harness: BackupHarness) => void {
  return (harness) => harness.at(new RegExp(`^job ${verb}`), () => harness.cluster.fail({ image: /^backup:/, as }));
}

test.each<[string, (harness: BackupHarness) => void, string[]]>([
  [
    'a damaged backup',
    failJob('check', 'database.dump: checksum differs'),
    ['database.dump: checksum differs (available: 20261125T021500Z)', unchanged, notStopped],
  ],
  [
    'a backup that does not exist',
    ({ backups }) => {
      backups.volume = [{ ...record, name: '20261124T021500Z' }];
    },
    ['there is no backup 20261125T021500Z (available: 20261124T021500Z)', unchanged, notStopped],
  ],
  [
    'a check that cannot start',
    blockJob('check', 'Unschedulable'),
    [
      expect.stringMatching(/^check: its pod did not start within 180 s: Unschedulable: 0\/1 nodes are available/),
      unchanged,
      notStopped,
    ],
  ],
  [
    'no space',
    ({ postgres }) => {
      postgres.freeBytes = 2 ** 30 + 12 * 2 ** 20 - 1;
    },
    [
      'not enough space on the volume for the restored database next to the present one: 1.0 GiB needed, 1.0 GiB free',
      'there is no database of an earlier restore to drop; enlarge the volume',
      unchanged,
      notStopped,
    ],
  ],
  [
    'no space because of an earlier restore',
    ({ postgres }) => {
      postgres.freeBytes = 2 ** 20;
      postgres.databases = [
        { oid: 1, name: 'veza_staging', bytes: 1 },
        { oid: 2, name: 'veza_staging_before_x', bytes: 5 * 2 ** 30 },
      ];
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
    failJob('roles', 'roles.sql: no such file'),
    ['roles: roles.sql: no such file', unchanged, resumed],
  ],
  [
    'roles that cannot be created',
    ({ postgres }) => {
      postgres.errors.make = 'psql: error: role "x" is in use';
    },
    ['sh in postgres-0: psql: error: role "x" is in use', unchanged, resumed],
  ],
  [
    'a restore that fails',
    failJob('restore', 'table tracks has 3 rows, and the backup 4'),
    ['restore: table tracks has 3 rows, and the backup 4', unchanged, resumed],
  ],
  [
    'a restore that does nothing',
    ({ jobs }) => {
      jobs.restore = { effect: () => undefined };
    },
    ['restore: its Job succeeded, but the database was not replaced', unchanged, resumed],
  ],
  [
    'a restore whose creation gets no response',
    ({ cluster, jobs }) => {
      jobs.restore = { seconds: 1000 };
      cluster.onAnswer = (verb, object) => {
        if (verb === 'create' && object.startsWith('job/postgres-backup-restore-'))
          throw new ApiError('kubectl create: failed');
      };
    },
    ['kubectl create: failed', unchanged, resumed],
  ],
  [
    'a restore whose pod is refused',
    blockJob('restore', 'QuotaExceeded'),
    [
      expect.stringMatching(/^restore: its pod did not start within 180 s: FailedCreate: pods .* exceeded quota/),
      unchanged,
      resumed,
    ],
  ],
])('%s: the services and schedules resume, and the database is unchanged', async (_, prepare, problems) => {
  const harness = new BackupHarness();
  prepare(harness);
  const { databases } = harness.postgres;
  expect(await problemsIn(harness.restore())).toEqual(problems);
  expect(harness.workloads).toEqual(running);
  expect(harness.postgres.isFenced).toBe(false);
  expect(harness.postgres.databases).toEqual(databases);
  expect(harness.activeJobs).toEqual([]);
  expect(harness.events.filter((event) => event.startsWith('apply '))).toEqual([]);
});

test('missing roles are created first', async () => {
  const harness = new BackupHarness();
  harness.postgres.missingRoles = ['reporter', 'Odd Role'];
  await harness.restore();
  expect(harness.output).toContain('  ✔ Created reporter, Odd Role, without permissions yet');
});

test('if the grants fail, the database is restored and the error has the command to reconcile', async () => {
  const harness = new BackupHarness();
  harness.postgres.errors.apply = 'psql: error: no grant';
  expect(await problemsIn(harness.restore())).toEqual([
    'sh in postgres-0: psql: error: no grant',
    expect.stringMatching(reconcileByHand),
    `database veza_staging is restored; the previous database is ${previousDatabase}`,
    resumed,
  ]);
  expect(harness.workloads).toEqual(running);
  expect(harness.databaseNames).toEqual([previousDatabase, 'veza_staging']);
});

const fetch = `job sync ${copyTarget}/${record.name} /backups/unfinished/${record.name}`;

/** An environment with a bucket, whose backup is damaged on the volume. */
function withDamagedBackup(): BackupHarness {
  const harness = BackupHarness.withBucket();
  harness.backups.volume = [record];
  harness.backups.damaged = [record.name];
  return harness;
}

test.each<[string, () => BackupHarness]>([
  ['is only in the bucket', () => BackupHarness.withBucket()],
  ['is damaged on the volume', withDamagedBackup],
])('a backup that %s is fetched first, and checked before it is used', async (_, prepare) => {
  const harness = prepare();
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.events.slice(0, 8)).toEqual([
    'postgres-backup suspend: true',
    'postgres-backup-copy suspend: true',
    'job check 20261125T021500Z',
    'failure of check',
    fetch,
    'end of sync',
    'job adopt 20261125T021500Z',
    'end of adopt',
  ]);
  expect(harness.backups.volume).toEqual([record]);
  expect(harness.workloads).toEqual({ ...running, 'cronjob/postgres-backup-copy': [false] });
});

test.each<[string, (harness: BackupHarness) => void, string]>([
  ['cannot be fetched', failJob('sync', '403'), 'the copy in the bucket: 403'],
  [
    'is not there',
    ({ backups }) => {
      backups.bucket = [];
    },
    'the copy in the bucket: there is no backup 20261125T021500Z',
  ],
  ['is damaged there too', failJob('adopt', 'its dump is damaged'), 'the copy in the bucket: its dump is damaged'],
])('a backup that is damaged on the volume and %s: the error has both causes', async (_, prepare, copy) => {
  const harness = withDamagedBackup();
  prepare(harness);
  expect(await problemsIn(harness.restore())).toEqual([
    '20261125T021500Z is damaged (available: 20261125T021500Z)',
    copy,
    unchanged,
    notStopped,
  ]);
  expect(harness.backups.volume).toEqual([record]);
});

test('the rest of a killed restore counts as free space, since the next one drops it', async () => {
  const harness = new BackupHarness();
  harness.postgres.freeBytes = 2 ** 30 + 2 * 2 ** 20;
  const rest = { oid: 7, name: 'veza_staging_restoring', bytes: 10 * 2 ** 20 };
  harness.postgres.databases = [...harness.postgres.databases, rest];
  expect(await harness.restore()).toBe(previousDatabase);
});

test('without a database there is no previous one', async () => {
  const harness = new BackupHarness();
  harness.postgres.databases = [];
  expect(await harness.restore()).toBeUndefined();
  // The outcome is clear at once.
  expect(harness.cluster.clock.elapsed()).toBeLessThan(60_000);
  expect(harness.databaseNames).toEqual(['veza_staging']);
});
