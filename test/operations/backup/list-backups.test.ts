import { formatBackups } from '../../../lib/cli/commands/backup';
import { parseRecords } from '../../../lib/operations/backup/backup-record';
import { listBackups } from '../../../lib/operations/backup/stored-backups';
import { copyTarget, record, restorableObjects, unverified } from '../../support/backup-fixtures';
import { BackupHarness, problemsIn } from '../../support/backup-harness';

const older = { ...record, name: '20261124T021500Z' };
const oldest = { ...record, name: '20261123T021500Z' };
const now = Date.parse('2026-11-28T02:15:00Z');

test('before the first backup there is none', async () => {
  const harness = new BackupHarness();
  harness.backups.volume = [];
  expect((await listBackups(harness.context())).backups).toEqual([]);
  expect(harness.output.at(-1)).toBe('  ✔ 0 on the volume');
});

test('each backup is on the volume, in the bucket, or both; the oldest comes first', async () => {
  const harness = BackupHarness.withBucket();
  harness.backups.volume = [older, record];
  harness.backups.bucket = [oldest, older];
  const { backups } = await listBackups(harness.context());
  expect(backups).toEqual([
    { name: oldest.name, place: 'bucket' },
    { ...older, place: 'both' },
    { ...record, place: 'volume' },
  ]);
  expect(harness.events).toEqual([
    'job list',
    'end of list',
    `job lsf --recursive --files-only --include=/*/database.dump ${copyTarget}`,
    'end of lsf',
  ]);
  expect(harness.output.at(-1)).toBe('  ✔ 2 on the volume, 2 in the bucket');
});

test('after the loss of the cluster, the backups in the bucket are listed with their age', async () => {
  const table = formatBackups(await listBackups(BackupHarness.withBucket().context()), now);
  const cells = table.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
  expect(cells[3]).toEqual(['', record.name, 'bucket', '', '', '3 d', '', '', '', '', '']);
});

test('a backup is verified, unverified with the reason and what it lacks, or from the future', async () => {
  const future = { ...record, name: '20271125T021500Z' };
  const harness = BackupHarness.withBucket();
  harness.backups.volume = [older, unverified, future];
  const table = formatBackups(await listBackups(harness.context()), now);
  expect(harness.output.at(-1)).toBe('  ✔ 3 on the volume (1 unverified), 1 in the bucket');
  const states = [...table.matchAll(/│ (\d{8}T\d{6}Z) │ \w+ +│ ([\w ]+?) +│/g)].map(([, ...cells]) => cells);
  expect(states).toEqual([
    [older.name, 'verified'],
    [unverified.name, 'unverified'],
    [future.name, 'from the future'],
  ]);
  expect(table).toContain(`${unverified.name} is not verified: ${unverified.reason}`);
  for (const each of unverified.missing) expect(table).toContain(`restored from ${unverified.name} will lack ${each}`);
  expect(table).toContain(`${future.name} has a time in the future: a clock is or was wrong.`);
});

test('a record without the field `verified` is that of a verified backup', () => {
  const { verified: _, reason: __, missing: ___, ...before } = record;
  expect(parseRecords(JSON.stringify(before))).toEqual([record]);
});

test('without a bucket, none is listed', async () => {
  const harness = new BackupHarness();
  expect((await listBackups(harness.context())).backups).toEqual([{ ...record, place: 'volume' }]);
  expect(harness.events).toEqual(['job list', 'end of list']);
});

test('listing does not wait for an active restore', async () => {
  const harness = new BackupHarness();
  harness.jobs.restore = { seconds: 1000 };
  await harness.restoreUntilKilled('job restore 20261125T021500Z');
  const before = harness.cluster.clock.elapsed();
  expect((await listBackups(harness.context())).backups).toHaveLength(1);
  expect(harness.cluster.clock.elapsed() - before).toBeLessThan(30_000);
  expect(harness.activeJobs).toEqual(['restore 20261125T021500Z']);
});

test('a bucket that cannot be read is an error', async () => {
  const harness = BackupHarness.withBucket();
  harness.jobs.lsf = { succeed: false, log: 'AccessDenied' };
  expect(await problemsIn(listBackups(harness.context()))).toEqual(['lsf: AccessDenied']);
});

test('a copy CronJob without a target is an error', async () => {
  const container = { name: 'copy', image: 'copy:v1', args: ['copy', '--immutable', '/backups/complete', 'elsewhere'] };
  const spec = { suspend: false, jobTemplate: { spec: { template: { spec: { containers: [container] } } } } };
  const metadata = { name: 'postgres-backup-copy', namespace: 'veza-staging' };
  const copy = { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec };
  const harness = new BackupHarness([...restorableObjects, copy]);
  expect(await problemsIn(listBackups(harness.context()))).toEqual([
    'CronJob postgres-backup-copy has no offsite: argument: copy --immutable /backups/complete elsewhere',
  ]);
});
