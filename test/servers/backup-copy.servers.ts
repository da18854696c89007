import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { backupPod, fetchPod, kept, lastLine, metrics, runBackup, startCopy } from './support/backup';
import { BackupSite, flip } from './support/backup-site';
import { run } from './support/container';
import { asSuperuser } from './support/postgres';
import { eventually } from './support/tools';

let site: BackupSite;
let good: string;
let record: string;

jest.setTimeout(60_000);

beforeAll(async () => {
  site = await BackupSite.start();
  good = await site.create();
  record = readFileSync(site.path(good, 'record.json'), 'utf8');
});

afterAll(() => site?.remove());

const check = (verb: string, ...args: readonly string[]) => runBackup(site.backups, site.postgres, verb, ...args);

test('the copy cannot write the volume, and has the credentials of the bucket alone', async () => {
  const pod = await backupPod('postgres-backup-copy', site.backups, site.postgres);
  const { output } = await pod.start('copy', ['sh', '-c', 'touch /backups/complete/x; env | grep KEY']).end();
  expect(output).toMatch(
    /Read-only file system\nRCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID=id\nRCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY=key\n$/,
  );
  await pod.remove();
});

test('backups are copied and never overwritten; a damaged one is fetched, however often the fetch is interrupted', async () => {
  const [pod, fetch] = await fetchPod(site.backups, site.postgres, good);
  expect(await startCopy(pod).end()).toMatchObject({ code: 0 });
  const listed = await startCopy(pod, ['lsf', 'offsite:veza-backups/test']).end();
  expect(listed.output.match(/^\d{8}T.*$/gm)).toEqual([`${good}/`]);
  expect(await startCopy(pod).end()).toMatchObject({ code: 0 });

  flip(site.path(good, 'database.dump'), 3000);
  const refused = await startCopy(pod).end();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('immutable file modified');

  const slow = startCopy(pod, fetch, 'RCLONE_BWLIMIT=4k');
  const fetched = join(site.backups, 'unfinished', good);
  await eventually(
    'half of the dump',
    10,
    () => existsSync(fetched) && readdirSync(fetched).some((file) => file.startsWith('database.dump')),
  );
  await slow.kill();
  expect(lastLine(await check('check', good))).toContain(`backup.sh check: ${good} is damaged: `);
  expect(await check('list')).toEqual({ code: 0, output: record });

  expect(await startCopy(pod, fetch).end()).toMatchObject({ code: 0 });
  await pod.remove();
  // The verb of earlier releases, whose commands may meet these scripts.
  expect(await check('adopt', good)).toEqual({ code: 0, output: record });
  expect(await check('check', good)).toEqual({ code: 0, output: record });
  expect(readdirSync(site.backups).sort()).toEqual(['complete', 'lock', 'metrics']);
});

test.each<[string, (directory: string) => void, string]>([
  ['is half', (directory) => truncateSync(join(directory, 'database.dump'), 2000), ' is damaged: '],
  [
    'has no list of checksums',
    (directory) => rmSync(join(directory, 'SHA256SUMS')),
    ' is damaged: its list of checksums is incomplete',
  ],
  ['is not there', (directory) => rmSync(directory, { recursive: true }), 'import: there is no backup 2'],
])('what was fetched and %s replaces nothing', async (_, damage, message) => {
  const fetched = join(site.backups, 'unfinished', good);
  await site.duplicate(good, fetched);
  damage(fetched);
  await run(['chown', '-R', '10005:10005', join(site.backups, 'unfinished')]);
  const outcome = await check('import', good);
  expect(outcome.code).toBe(1);
  expect(lastLine(outcome)).toContain(message);
  expect(await check('check', good)).toEqual({ code: 0, output: record });
});

test.each<[string, (directory: string) => void]>([
  [
    'nothing',
    (directory) => {
      rmSync(directory, { recursive: true });
      mkdirSync(directory);
    },
  ],
  ['no dump', (directory) => rmSync(join(directory, 'database.dump'))],
  ['half a dump', (directory) => truncateSync(join(directory, 'database.dump'), 2000)],
  ['an empty record', (directory) => truncateSync(join(directory, 'record.json'), 0)],
])('a directory with %s among the backups is not one of them, and not the latest', async (_, damage) => {
  const name = '20991231T000000Z';
  const before = metrics(site.backups).postgres_backup_last_success_timestamp_seconds;
  await site.duplicate(good, site.path(name));
  damage(site.path(name));
  await asSuperuser(site.postgres, 'ALTER ROLE postgres_backup NOLOGIN');
  const failed = await check('create');
  await asSuperuser(site.postgres, 'ALTER ROLE postgres_backup LOGIN');
  expect(failed.code).toBe(1);
  expect(metrics(site.backups)).toMatchObject({
    postgres_backup_last_attempt_success: 0,
    postgres_backup_last_success_timestamp_seconds: before,
    postgres_backup_size_bytes: JSON.parse(record).bytes,
  });
  expect(await check('list')).toEqual({ code: 0, output: record });
  expect(lastLine(await check('check', name))).toContain(`backup.sh check: ${name} is damaged: `);
  rmSync(site.path(name), { recursive: true });
  expect(kept(site.backups)).toEqual([good]);
});
