import { database } from '../data/support/stores';
import { lastLine, restoreAll, restoreRoles, runBackup, verified } from './support/backup';
import { password } from './support/backup-site';
import type { Pod } from './support/pod';
import { asService, asSuperuser, makeClaim, removeClaim, startPostgres } from './support/postgres';
import { requireTools } from './support/tools';

let postgres: Pod;
let data: string;
let backups: string;
/** The roles that the first backup saved. */
let fresh: Record<string, unknown>;

jest.setTimeout(120_000);

beforeAll(async () => {
  requireTools();
  data = makeClaim();
  backups = makeClaim();
  postgres = await startPostgres(data, password);
  fresh = await savedRoles();
});

afterAll(async () => {
  await postgres?.remove();
  removeClaim(data);
  removeClaim(backups);
});

const lists = ['roles', 'members', 'settings', 'grants'] as const;

/** What a backup of the database as it is now saves of the roles. */
async function savedRoles(): Promise<Record<string, unknown>> {
  expect(await runBackup(backups, postgres, 'create')).toMatchObject({ code: 0 });
  const { output } = await runBackup(backups, postgres, 'roles', verified(backups).at(-1) ?? '');
  return JSON.parse(output);
}

test('a database in which nobody has made anything yet is backed up and restored', async () => {
  const [name = ''] = verified(backups);
  const checked = await runBackup(backups, postgres, 'check', name);
  expect(JSON.parse(lastLine(checked))).toMatchObject({ name, tables: 0, rows: 0 });
  expect(fresh).toMatchObject({ settings: [] });
  expect(await restoreAll(backups, postgres, name)).toMatchObject({ code: 0 });
  expect((await asService(postgres, password, 'SELECT 1')).output).toBe('1\n');
});

test('a database that only its owner may use has no grants, and is backed up', async () => {
  await asSuperuser(postgres, `REVOKE ALL ON DATABASE ${database.name} FROM postgres_exporter`);
  expect(await savedRoles()).toMatchObject({ grants: [] });
});

test('a setting of a role alone, and one of the database alone, are backed up', async () => {
  await asSuperuser(postgres, `ALTER ROLE ${database.user} SET statement_timeout = '170s'`);
  expect(await savedRoles()).toMatchObject({ settings: [{ role: database.user, here: false }] });
  await asSuperuser(postgres, `ALTER ROLE ${database.user} RESET statement_timeout`);
  await asSuperuser(postgres, `ALTER DATABASE ${database.name} SET statement_timeout = '170s'`);
  expect(await savedRoles()).toMatchObject({ settings: [{ role: null, here: true }] });
});

describe.each(lists)('roles whose list of %s', (list) => {
  test.each([
    ['is empty', []],
    ['is null', null],
    ['is absent', undefined],
  ])('%s are restored', async (_, value) => {
    const saved = JSON.stringify({ ...fresh, [list]: value });
    for (const verb of ['make', 'apply'] as const) {
      expect(await restoreRoles(postgres, verb, saved)).toEqual({ code: 0, output: '' });
    }
  });
});
