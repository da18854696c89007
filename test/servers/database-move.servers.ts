import { countRows, listSequences } from '../../lib/operations/database/compare-databases';
import { database } from '../constructs/postgres/support/stores';
import { backupPod, closeFence, openFence, restoreAll, startBackup } from './support/backup';
import { BackupSite, password } from './support/backup-site';
import { makeClaim, removeClaim } from './support/claims';
import { contents, reconcile, rolesOf } from './support/contents';
import type { Pod } from './support/pod';
import { asService, asSuperuser, startPostgres } from './support/postgres';
import { eventually } from './support/tools';

jest.setTimeout(300_000);

let site: BackupSite;
let target: Pod;
let backup: string;
const claim = makeClaim();

beforeAll(async () => {
  site = await BackupSite.start();
  await asSuperuser(
    site.postgres,
    "CREATE SEQUENCE numbers; ALTER SEQUENCE numbers OWNER TO veza_user; SELECT nextval('numbers'), nextval('numbers')",
    database.name,
  );
  await reconcile(site.postgres);
  target = await startPostgres(claim, password);
  await closeFence(site.postgres);
  backup = await site.create();
});

afterAll(async () => {
  await target?.remove();
  await site?.remove();
  removeClaim(claim);
});

/** What the comparison of a move reads of a server. */
async function figures(pod: Pod): Promise<string[]> {
  return [await asSuperuser(pod, countRows, database.name), await asSuperuser(pod, listSequences, database.name)];
}

test('the comparison of a move counts every table and reads every sequence', async () => {
  const [tables = '', sequences = ''] = await figures(site.postgres);
  expect(tables.split('\n').length).toBeGreaterThan(3);
  expect(tables).toMatch(/^\S+\|\d+$/m);
  expect(sequences).toContain('public.numbers|2');
  expect(await figures(target)).not.toEqual([tables, sequences]);
});

test('killed in the middle, a move that runs again is right: tables, rows, sequences, roles and grants', async () => {
  await closeFence(target);
  const pod = await backupPod('postgres-backup', site.backups, target);
  const container = startBackup(pod, 'restore', backup);
  const isRestoring = async () =>
    (await asSuperuser(target, "SELECT count(*) FROM pg_database WHERE datname ~ '_restoring$'")) === '1';
  await eventually('the restore', 60, isRestoring);
  await container.kill();
  await pod.remove();
  const outcome = await restoreAll(site.backups, target, backup);
  expect([outcome.code, outcome.output]).toEqual([0, expect.any(String)]);
  expect(await figures(target)).toEqual(await figures(site.postgres));
  expect(await contents(target)).toEqual(await contents(site.postgres));
  await openFence(target);
  await openFence(site.postgres);
  expect(await rolesOf(target)).toEqual(await rolesOf(site.postgres));
});

test('services log in to the server that has the data now, and the old one still has its own', async () => {
  for (const pod of [target, site.postgres]) {
    expect((await asService(pod, password, 'SELECT current_user')).output).toBe('veza_user\n');
  }
});
