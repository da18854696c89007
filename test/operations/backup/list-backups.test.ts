import { backupTable } from '../../../lib/cli/commands/backup';
import { parseRecords } from '../../../lib/operations/backup/backup-record';
import { listBackups } from '../../../lib/operations/backup/list-backups';
import { copyTarget, record, stateWithBucket, unverified } from './support/cluster-state';
import { clusterWith, killedAt } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';
import { TestCluster } from './support/test-cluster';

const older = { ...record, name: '20261124T021500Z' };
const oldest = { ...record, name: '20261123T021500Z' };

test('each backup is on the volume, in the bucket, or both; the oldest comes first', async () => {
  const cluster = new TestCluster({ ...stateWithBucket(), volume: [older, record], bucket: [oldest, older] });
  const site = siteOf(cluster);
  const { backups } = await listBackups(site);
  expect(backups).toEqual([
    { name: oldest.name, place: 'bucket' },
    { ...older, place: 'both' },
    { ...record, place: 'volume' },
  ]);
  expect(cluster.state.events).toEqual([
    'job list',
    'end of list',
    `job lsf --recursive --files-only --include=/*/database.dump ${copyTarget}`,
    'end of lsf',
  ]);
  expect(site.output.at(-1)).toBe('  ✔ 2 on the volume, 2 in the bucket');
});

test('after the loss of the cluster, the backups in the bucket are listed with their age', async () => {
  const list = await listBackups(siteOf(new TestCluster(stateWithBucket())));
  const table = backupTable(list, Date.parse('2026-11-28T02:15:00Z'));
  const cells = table.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
  expect(cells[3]).toEqual(['', record.name, 'bucket', '', '', '3 d', '', '', '', '', '']);
});

test('a backup is verified, unverified with the reason and what it lacks, or from the future', async () => {
  const future = { ...record, name: '20271125T021500Z' };
  const site = siteOf(new TestCluster({ ...stateWithBucket(), volume: [older, unverified, future] }));
  const table = backupTable(await listBackups(site), Date.parse('2026-11-28T02:15:00Z'));
  expect(site.output.at(-1)).toBe('  ✔ 3 on the volume (1 unverified), 1 in the bucket');
  const states = [...table.matchAll(/│ (\d{8}T\d{6}Z) │ \w+ +│ ([\w ]+?) +│/g)].map(([, ...cells]) => cells);
  expect(states).toEqual([
    [older.name, 'verified'],
    [unverified.name, 'unverified'],
    [future.name, 'from the future'],
  ]);
  expect(table).toContain(`${unverified.name} is not verified: ${unverified.reason}`);
  for (const each of unverified.missing) expect(table).toContain(`restored from ${unverified.name} will lack ${each}`);
  expect(table).toContain(`${future.name} is from the future: a clock was wrong, or is.`);
});

test('a record without the field `verified` is that of a verified backup', () => {
  const { verified: _, reason: __, missing: ___, ...before } = record;
  expect(parseRecords(JSON.stringify(before))).toEqual([record]);
});

test('without a bucket, none is listed', async () => {
  const cluster = clusterWith();
  expect((await listBackups(siteOf(cluster))).backups).toEqual([{ ...record, place: 'volume' }]);
  expect(cluster.state.events).toEqual(['job list', 'end of list']);
});

test('listing does not wait for a running backup or restore', async () => {
  const cluster = await killedAt('job restore 20261125T021500Z', { jobFailures: { restore: { endless: true } } });
  expect(cluster.unfinished).toEqual(['restore 20261125T021500Z']);
  const before = cluster.state.now;
  expect((await listBackups(siteOf(cluster))).backups).toHaveLength(1);
  expect(cluster.state.now - before).toBeLessThan(30_000);
});

test('a bucket that cannot be read is an error', async () => {
  const cluster = new TestCluster({ ...stateWithBucket(), jobFailures: { lsf: { line: 'AccessDenied' } } });
  expect(await problemsIn(listBackups(siteOf(cluster)))).toEqual(['lsf: AccessDenied']);
});

test('a copy CronJob without a target is an error', async () => {
  const cluster = new TestCluster(stateWithBucket());
  const copy = cluster.state.objects['cronjob/postgres-backup-copy'];
  const text = JSON.stringify(copy).replace(copyTarget, 'elsewhere');
  cluster.state.objects['cronjob/postgres-backup-copy'] = JSON.parse(text);
  expect(await problemsIn(listBackups(siteOf(cluster)))).toEqual([
    'CronJob postgres-backup-copy has no offsite: argument: copy --immutable /backups/complete elsewhere',
  ]);
});
