import { record } from '../../support/backup-fixtures';
import { BackupHarness } from '../../support/backup-harness';
import { previousDatabase, running } from '../../support/restore-texts';
import { call, systemOf } from '../support/backup-call';

test('backup create: prints each step, and the backup', async () => {
  const harness = new BackupHarness();
  expect(await call(harness, 'backup create staging')).toEqual({
    status: 0,
    stdout: [
      'Backing up the database of staging …',
      '  waiting for its pod to start',
      '  ✔ Backed up the database: 20261125T100000Z, verified',
      'backup 20261125T100000Z: 3.0 MiB for a database of 10.0 MiB, in 2 min',
      'warning: no offsite copy is configured; this backup is lost with the cluster',
    ],
    stderr: [],
  });
  expect(harness.events).toEqual(['job create', 'end of create']);
});

test('backup create: copies the backup if the environment has a bucket', async () => {
  const harness = BackupHarness.withBucket();
  const { stdout } = await call(harness, 'backup create staging');
  expect(stdout.filter((line) => line.includes('bucket'))).toEqual([
    'Copying the backups to the bucket …',
    '  ✔ Copied the backups to the bucket',
  ]);
  expect(harness.backups.bucket.map(({ name }) => name)).toEqual([record.name, '20261125T100000Z']);
});

test('backup create: a failure is one line with its cause, and nothing is copied', async () => {
  const harness = BackupHarness.withBucket();
  harness.jobs.create = { succeed: false, log: 'pg_dump: error: out of memory' };
  const { status, stderr } = await call(harness, 'backup create staging');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: [
      expect.stringMatching(
        /^error: no verified backup was made: pg_dump: error: out of memory; its log: kubectl --context=veza-staging --namespace=veza-staging logs job\/postgres-backup-create-\w+-\w{6}$/,
      ),
    ],
  });
  expect(harness.events).toEqual(['job create', 'failure of create']);
});

test('backup list: prints a table', async () => {
  const { status, stdout } = await call(new BackupHarness(), 'backup list staging');
  expect(status).toBe(0);
  const cells = stdout.map((line) => line.split('│').map((cell) => cell.trim()));
  const head = ['name', 'where', 'state', 'finished', 'age', 'size', 'database size', 'tables', 'rows'];
  expect(cells[1]).toEqual(['', ...head, '']);
  const { name, finished } = record;
  const row = [name, 'volume', 'verified', finished, '7 h', '3.0 MiB', '10.0 MiB', '17', '1234'];
  expect(cells[3]).toEqual(['', ...row, '']);
  expect(stdout.slice(5)).toEqual([
    'There are no copies outside the cluster: staging is not protected from the loss of the cluster.',
  ]);
});

test('backup list: says if there is none', async () => {
  const harness = new BackupHarness();
  harness.backups.volume = [];
  expect((await call(harness, 'backup list staging')).stdout[0]).toBe('There is no backup yet.');
});

test('backup list: prints JSON for programs, and the progress on stderr', async () => {
  const { stdout, stderr } = await call(new BackupHarness(), 'backup list staging --format json');
  expect(JSON.parse(stdout.join('\n'))).toEqual({
    environment: 'staging',
    backups: [{ ...record, place: 'volume' }],
    offsite: { kind: 'none' },
  });
  expect([stderr[0], stderr.at(-1)]).toEqual(['Listing the backups of staging …', '  ✔ 1 on the volume']);
});

test('restore: prints what it did, and how the previous database is dropped', async () => {
  const harness = new BackupHarness();
  const { status, stdout, stderr } = await call(harness, `restore staging ${record.name} --yes`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
  expect(stdout.slice(-3)).toEqual([
    `restored backup ${record.name} to staging`,
    `the previous database is kept as ${previousDatabase}; drop it once it is no longer needed:`,
    `kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 --container=postgres -- dropdb --username=postgres ${previousDatabase}`,
  ]);
  expect(harness.workloads).toEqual(running);
});

test('restore: with --fresh-server, the data of the server is set aside', async () => {
  const harness = new BackupHarness();
  expect((await call(harness, `restore staging ${record.name} --fresh-server --yes`)).status).toBe(0);
  expect(harness.postgres.setAside).toHaveLength(1);
});

test('restore: holds the lock of the environment, and releases it', async () => {
  const harness = new BackupHarness();
  const holders: unknown[] = [];
  const holder = () =>
    (harness.cluster.objects.one('Lease', 'operation', 'veza-staging')?.spec as HolderSpec)?.holderIdentity;
  harness.at('postgres-backup suspend: true', () => holders.push(holder()));
  harness.at('postgres-backup suspend: false', () => holders.push(holder()));
  await call(harness, `restore staging ${record.name} --yes`);
  const own = expect.stringMatching(new RegExp(`^restore of ${record.name} by `));
  expect([...holders, holder()]).toEqual([own, own, undefined]);
});

interface HolderSpec {
  readonly holderIdentity?: string;
}

test('restore: waits until the lock is free before it asks for confirmation', async () => {
  const harness = new BackupHarness();
  const spec = { holderIdentity: 'deploy of v1.0.0 by bob@desk', leaseDurationSeconds: 60 };
  const metadata = { name: 'operation', namespace: 'veza-staging' };
  harness.cluster.add({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  const { status, stdout } = await call(harness, `restore staging ${record.name}`);
  expect({ status, stdout }).toEqual({ status: 2, stdout: ['Waiting for deploy of v1.0.0 by bob@desk …'] });
  expect(harness.events).toEqual([]);
});

test('restore: Ctrl-C, which ends its kubectl too, resumes everything while the Job is active', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  const system = systemOf(harness);
  system.onOutput = (out) => {
    if (!/then renaming it to veza_staging …\n[^✔]* is running\n$/.test(out)) return;
    system.onOutput = () => undefined;
    system.signals.emit('SIGINT', 'SIGINT');
    // A terminal signals every process that runs in it.
    harness.cluster.onAnswer = () => {
      harness.cluster.onAnswer = () => undefined;
      throw new Error('kubectl was interrupted');
    };
  };
  expect(await call(harness, `restore staging ${record.name} --yes`, system)).toMatchObject({
    status: 1,
    stderr: [
      'SIGINT: cleaning up; please wait',
      'error: stopped by SIGINT',
      'error: database veza_staging is unchanged',
      'error: resumed the services and the backup schedules with their original settings',
    ],
  });
  expect(harness.workloads).toEqual(running);
  expect(harness.activeJobs).toEqual([]);
});

const context =
  'the current context is veza-staging, but production is in veza-production; run `kubectl config use-context veza-production`';
const help = '(add --help to see the arguments and options)';

test.each([
  ['no environment', 'backup create', `missing required argument 'environment'\n${help}`],
  ['an unknown environment', 'backup list prod', '"prod" is not an environment; use one of staging, production'],
  [
    'another format',
    'backup list staging --format xml',
    `option '--format <format>' argument 'xml' is invalid. Allowed choices are human, json.\n${help}`,
  ],
  ['another context', 'backup create production', context],
  ['another context', 'backup list production', context],
  ['another context', `restore production ${record.name} --yes`, context],
  ['no backup', 'restore staging', 'name either a backup or a time: restore <environment> <backup>, or --to <time>'],
  [
    'a malformed name of a backup',
    'restore staging ../x --yes',
    '"../x" is not the name of a backup; use one such as 20261125T021500Z, as `npx veza backup list staging` prints them',
  ],
  [
    'no terminal to confirm on',
    `restore staging ${record.name}`,
    'this stops the services of staging and replaces its database veza_staging with backup 20261125T021500Z. There is no terminal to confirm it on; use --yes',
  ],
])('%s is wrong usage of veza %s, and changes nothing', async (_, command, problem) => {
  const harness = new BackupHarness();
  expect(await call(harness, command)).toEqual({ status: 2, stdout: [], stderr: `error: ${problem}`.split('\n') });
  expect(harness.events).toEqual([]);
});

test.each(['backup create staging', 'backup list staging', `restore staging ${record.name}`])(
  'before the first deploy, veza %s says to deploy first',
  async (command) => {
    const problem =
      'error: there is no CronJob postgres-backup in veza-staging; deploy it first: npx veza deploy staging <version>';
    expect(await call(new BackupHarness([]), command)).toEqual({ status: 2, stdout: [], stderr: [problem] });
  },
);
