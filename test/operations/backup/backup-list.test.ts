import { backupList } from '../../../lib/operations/backup/backup-list';
import { backupTable } from '../../../lib/operations/backup/backup-table';
import { copyTarget, record, stateWithBucket } from './support/cluster-state';
import { clusterWith, killedAt } from './support/restoring';
import { problemsIn, siteOf } from './support/staging-site';
import { TestCluster } from './support/test-cluster';

const older = { ...record, name: '20261124T021500Z' };
const oldest = { ...record, name: '20261123T021500Z' };

test('a backup is where it can be restored from: on the volume, in the bucket, or both; the oldest first', async () => {
  const cluster = new TestCluster({ ...stateWithBucket(), volume: [older, record], bucket: [oldest, older] });
  const site = siteOf(cluster);
  const { backups } = await backupList(site);
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
  expect(site.told.at(-1)).toBe('  ✔ 2 verified on the volume, 2 in the bucket');
});

test('after the loss of the cluster the bucket tells what there is, and how old it is', async () => {
  const list = await backupList(siteOf(new TestCluster(stateWithBucket())));
  const table = backupTable(list, Date.parse('2026-11-28T02:15:00Z'));
  const cells = table.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
  expect(cells[3]).toEqual(['', record.name, 'bucket', '', '3 d', '', '', '', '', '']);
});

test('without a bucket nobody asks for it', async () => {
  const cluster = clusterWith();
  expect((await backupList(siteOf(cluster))).backups).toEqual([{ ...record, place: 'volume' }]);
  expect(cluster.state.events).toEqual(['job list', 'end of list']);
});

test('nobody waits for a backup or a restore that is at work', async () => {
  const cluster = await killedAt('job restore 20261125T021500Z', { faults: { restore: { endless: true } } });
  expect(cluster.unfinished).toEqual(['restore 20261125T021500Z']);
  const before = cluster.state.now;
  expect((await backupList(siteOf(cluster))).backups).toHaveLength(1);
  expect(cluster.state.now - before).toBeLessThan(30_000);
});

test('a bucket that cannot be read is no empty one', async () => {
  const cluster = new TestCluster({ ...stateWithBucket(), faults: { lsf: { line: 'AccessDenied' } } });
  expect(await problemsIn(backupList(siteOf(cluster)))).toEqual(['lsf: AccessDenied']);
});

test('a copy whose CronJob does not say where it goes is told', async () => {
  const cluster = new TestCluster(stateWithBucket());
  const copy = cluster.state.objects['cronjob/postgres-backup-copy'];
  const text = JSON.stringify(copy).replace(copyTarget, 'elsewhere');
  cluster.state.objects['cronjob/postgres-backup-copy'] = JSON.parse(text);
  expect(await problemsIn(backupList(siteOf(cluster)))).toEqual([
    'CronJob postgres-backup-copy does not say where it copies to: copy --immutable /backups/complete elsewhere',
  ]);
});
