import { checkBackups } from '../../../lib/operations/health/backups';
import { staging } from '../../support/environments/staging';
import { shopTest } from '../../support/shop';
import { ago, object, snapshot } from './cluster';

const { database } = staging;
if (database.kind !== 'single') throw new Error('staging no longer has a database to back up');
const backup = { ...database.backup, maxAgeHours: 26 };
const shop = { name: 'test', namespace: 'shop', database: { ...database, backup } };
const offsite = {
  kind: 'bucket' as const,
  image: 'docker.io/rclone/rclone:1',
  endpoint: 's3.test',
  region: 'eu',
  bucket: 'shop',
  schedule: '0 4 * * *',
};
const copied = { ...shop, database: { ...shop.database, backup: { ...backup, offsite } } };

const anHour = 60;
const template = (args: readonly string[], app: string) => ({
  template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'backup', args }] } },
});

const cronJob = (spec: object = {}, status: object = {}, name = 'postgres-backup', args = ['create']) =>
  object('CronJob', name, { spec: { suspend: false, jobTemplate: { spec: template(args, name) }, ...spec }, status });

/** A Job that was created some hours ago. */
const job = (name: string, hours: number, status: object, args = ['create'], app = 'postgres-backup') =>
  object('Job', name, {
    metadata: { creationTimestamp: ago(hours * anHour) },
    spec: template(args, app),
    status,
  });
const succeeded = (hours: number) => ({
  completionTime: ago(hours * anHour),
  conditions: [{ type: 'Complete', status: 'True' }],
});
const failed = (hours: number) => ({
  conditions: [
    {
      type: 'Failed',
      status: 'True',
      message: 'Job has reached the backoff limit',
      lastTransitionTime: ago(hours * anHour),
    },
  ],
});

const podOf = (name: string, minutes: number, message: string) =>
  object('Pod', `${name}-${minutes}`, {
    metadata: { creationTimestamp: ago(minutes), ownerReferences: [{ kind: 'Job', name }] },
    status: { containerStatuses: [{ name: 'backup', state: { terminated: { exitCode: 0, message } } }] },
  });
const record = JSON.stringify({
  name: '20261125T100000Z',
  finished: '2026-11-25T10:02:00Z',
  bytes: 1_234_567_890,
  databaseBytes: 4_500_000_000,
  seconds: 120,
  tables: 17,
  rows: 1234,
});

const details = (found: Parameters<typeof snapshot>[0], environment: Parameters<typeof checkBackups>[0] = shop) =>
  checkBackups(environment)(snapshot(found)).map(({ state, object: what, detail }) => `${state} ${what}: ${detail}`);

const what = 'shop CronJob/postgres-backup';

test('a recent backup is described with its name, size and duration', () => {
  expect(details([cronJob(), job('b1', 2, succeeded(2)), podOf('b1', 120, `${record}\n`)])).toEqual([
    `ok ${what}: latest success 2 h ago, maximum 26 h: 20261125T100000Z, 1.1 GiB of a database of 4.2 GiB, in 2 min`,
  ]);
});

test.each([
  ['is gone', []],
  ['has no message', [podOf('b1', 120, '')]],
  ['has another message', [podOf('b1', 120, 'null'), podOf('b1', 119, '{"bytes":"many"}')]],
])('a backup whose pod %s still counts', (_, pods) => {
  expect(details([cronJob(), job('b1', 2, succeeded(2)), ...pods])).toEqual([
    `ok ${what}: latest success 2 h ago, maximum 26 h`,
  ]);
});

test('the last success of the CronJob counts where its Jobs are gone', () => {
  expect(details([cronJob({}, { lastSuccessfulTime: ago(26 * anHour) })])).toEqual([
    `ok ${what}: latest success 26 h ago, maximum 26 h`,
  ]);
});

test.each<[string, Parameters<typeof snapshot>[0], string]>([
  ['nothing', [cronJob()], 'has never succeeded; npx veza backup create test'],
  [
    'an old success',
    [cronJob({}, { lastSuccessfulTime: ago(27 * anHour) }), job('b1', 28, succeeded(28))],
    'latest success 27 h ago, maximum 26 h; npx veza backup create test',
  ],
  ['a Job that runs', [cronJob(), job('b1', 0, { active: 1 })], 'has never succeeded; npx veza backup create test'],
  [
    'a Job that restores',
    [cronJob(), job('r1', 1, succeeded(1), ['restore', '20261125T100000Z'])],
    'has never succeeded; npx veza backup create test',
  ],
  [
    'a success elsewhere',
    [
      cronJob(),
      {
        ...job('b1', 1, succeeded(1)),
        metadata: { name: 'b1', namespace: 'elsewhere' },
      },
    ],
    'has never succeeded; npx veza backup create test',
  ],
  [
    'a failure after a success',
    [
      cronJob(),
      job('b1', 20, succeeded(20)),
      job('b2', 1, failed(1)),
      podOf('b2', 60, 'copying\nbackup: no space left on /backups'),
      podOf('b2', 70, 'an earlier try'),
    ],
    'the last run failed 60 min ago: backup: no space left on /backups; kubectl logs -n shop job/b2',
  ],
  [
    'a failure without a pod',
    [cronJob(), job('b1', 20, succeeded(20)), job('b2', 3, failed(3))],
    'the last run failed 3 h ago: Job has reached the backoff limit; kubectl logs -n shop job/b2',
  ],
  [
    'a suspension',
    [cronJob({ suspend: true }), job('b1', 2, succeeded(2))],
    `is suspended; unless a restore is running, resume it: kubectl patch cronjob -n shop postgres-backup -p '{"spec":{"suspend":false}}'`,
  ],
  [
    'a Job that ended without a success',
    [cronJob(), job('b1', 1, { completionTime: ago(anHour) })],
    'has never succeeded; npx veza backup create test',
  ],
  ['no CronJob', [job('b1', 2, succeeded(2))], 'does not exist, so nothing runs on schedule; deploy it'],
])('%s is a failure', (_, found, failure) => {
  expect(details(found)).toEqual([`failed ${what}: ${failure}`]);
});

test('a failure that is followed by a success does not count', () => {
  expect(details([cronJob(), job('b1', 3, failed(3)), job('b2', 2, succeeded(2))])).toEqual([
    `ok ${what}: latest success 2 h ago, maximum 26 h`,
  ]);
});

test('with a bucket, the copies must be as recent as the backups', () => {
  const args = ['copy', '--immutable', '/backups/complete', 'offsite:shop/shop'];
  const fetched = ['copy', '--immutable', 'offsite:shop/shop/b1', '/backups/complete/b1'];
  const copy = cronJob({}, {}, 'postgres-backup-copy', args);
  const made = [cronJob(), job('b1', 2, succeeded(2)), copy];
  const app = 'postgres-backup-copy';
  expect(details([...made, job('c1', 1, succeeded(1), fetched, app)], copied)).toEqual([
    `ok ${what}: latest success 2 h ago, maximum 26 h`,
    `failed ${what}-copy: has never succeeded; kubectl create job -n shop --from=cronjob/postgres-backup-copy postgres-backup-copy-now`,
  ]);
  expect(details([...made, job('c1', 1, succeeded(1), args, app)], copied)).toEqual([
    `ok ${what}: latest success 2 h ago, maximum 26 h`,
    `ok ${what}-copy: latest success 60 min ago, maximum 26 h`,
  ]);
});

test('a managed or an ephemeral database has no rows', () => {
  const { name, user, resources, parameters } = database;
  const ephemeral = { kind: 'ephemeral', name, user, resources, parameters } as const;
  expect(details([], shopTest)).toEqual([]);
  expect(details([], { ...shopTest, database: ephemeral })).toEqual([]);
});
