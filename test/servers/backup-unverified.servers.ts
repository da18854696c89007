import { rmSync } from 'node:fs';
import { parseRecords } from '../../lib/operations/backup/backup-record';
import { database } from '../constructs/postgres/support/stores';
import { backupPod, kept, lastLine, metrics, restoreAll, restoreData, runBackup, startCopy } from './support/backup';
import { BackupSite, password } from './support/backup-site';
import { contents } from './support/contents';
import { asService, asSuperuser } from './support/postgres';
import { makeUnrestorable, unrestorable } from './support/unrestorable';

let site: BackupSite;
let good: string;
let unverified: string;

jest.setTimeout(180_000);

beforeAll(async () => {
  site = await BackupSite.start();
  good = await site.create();
});

afterAll(() => site?.remove());

/** Everything that a backup says of itself. */
async function record(name: string) {
  const [found] = parseRecords((await runBackup(site.backups, site.postgres, 'check', name)).output);
  if (found === undefined) throw new Error(`${name} has no record`);
  return found;
}

test('a subscription, which no dump contains, is listed; everything else can be restored, so the backup is verified', async () => {
  await asSuperuser(site.postgres, unrestorable['SUBSCRIPTION incoming'] ?? '', database.name);
  const name = await site.create();
  expect(await record(name)).toMatchObject({
    verified: true,
    reason: '',
    missing: ['SUBSCRIPTION incoming: a backup does not hold subscriptions; create it again'],
  });
  expect(await restoreData(site.backups, site.postgres, name)).toMatchObject({ code: 0 });
  await asSuperuser(site.postgres, `DROP DATABASE ${database.name}_before_${name.toLowerCase()}`);
});

describe('a backup with objects that the services cannot create', () => {
  beforeAll(async () => {
    await makeUnrestorable(site.postgres);
  });

  test('is kept, with the reason why it is not verified and all that a restore will lack', async () => {
    const outcome = await runBackup(site.backups, site.postgres, 'create');
    unverified = kept(site.backups).at(-1) ?? '';
    expect(outcome.code).toBe(1);
    const { verified, reason, missing } = await record(unverified);
    expect(verified).toBe(false);
    expect(reason).toMatch(
      /^\d+ parts of it cannot be restored; the first: EXTENSION pg_stat_statements: permission denied to create extension "pg_stat_statements"$/,
    );
    expect(lastLine(outcome)).toBe(`backup.sh create: ${unverified} is kept, but is not verified: ${reason}`);
    const objects = missing.map((line) => line.replace(/: .*/, ''));
    expect(objects).toEqual(expect.arrayContaining(Object.keys(unrestorable)));
    expect(objects).not.toContain('TABLE DATA tracks');
  });

  test('counts as a failure in the metrics', () => {
    expect(metrics(site.backups)).toMatchObject({
      postgres_backup_last_attempt_success: 0,
      postgres_backup_unverified: 1,
      postgres_backup_size_bytes: expect.any(Number),
    });
  });

  test('is copied out of the cluster: it may be the only one', async () => {
    const pod = await backupPod('postgres-backup-copy', site.backups, site.postgres);
    expect(await startCopy(pod).end()).toMatchObject({ code: 0 });
    const { output } = await startCopy(pod, ['lsf', 'offsite:veza-backups/test']).end();
    expect(output).toContain(`${unverified}/`);
    await pod.remove();
  });

  test('restores the rest', async () => {
    const before = await contents(site.postgres);
    expect(await restoreAll(site.backups, site.postgres, unverified)).toMatchObject({ code: 0 });
    const whole = (text: string) => text.match(/--- rows.*--- large/s)?.[0];
    expect(whole(await contents(site.postgres))).toBe(whole(before));
    expect((await asService(site.postgres, password, 'SELECT count(*) FROM tracks')).output).toBe('2000\n');
    await site.dropOld();
  });

  test('of the same day replaces the one before, and the verified ones stay', async () => {
    await makeUnrestorable(site.postgres).catch(() => undefined);
    await asSuperuser(site.postgres, 'CREATE EXTENSION pg_stat_statements', database.name);
    expect(await runBackup(site.backups, site.postgres, 'create')).toMatchObject({ code: 1 });
    expect(kept(site.backups)).not.toContain(unverified);
    expect(kept(site.backups)).toContain(good);
    unverified = kept(site.backups).at(-1) ?? '';
  });
});

test('a restore that would lack more than was listed is refused, and the data is unchanged', async () => {
  const before = await contents(site.postgres);
  rmSync(site.path(unverified, 'missing'));
  site.resum(unverified);
  const outcome = await restoreData(site.backups, site.postgres, unverified);
  expect(outcome.code).toBe(1);
  expect(lastLine(outcome)).toMatch(/lacks what was saved: EXTENSION pg_stat_statements: permission denied/);
  expect(await contents(site.postgres)).toBe(before);
});
