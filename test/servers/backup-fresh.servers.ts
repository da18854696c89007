import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { database, owner } from '../constructs/postgres/support/stores';
import { kept, lastLine, restoreAll, restoreData, restoreRoles, runBackup } from './support/backup';
import { password, writeChecksums } from './support/backup-site';
import { makeClaim, removeClaim } from './support/claims';
import type { Pod } from './support/pod';
import { asService, asSuperuser, startPostgres } from './support/postgres';
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
  // A server with the fewest roles and settings that there can be.
  postgres = await startPostgres(data, password, [owner]);
  await asSuperuser(postgres, 'ALTER ROLE postgres_backup RESET ALL');
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
  const { output } = await runBackup(backups, postgres, 'roles', kept(backups).at(-1) ?? '');
  return JSON.parse(output);
}

test('a database without any objects is backed up and restored', async () => {
  const [name = ''] = kept(backups);
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
  // The restore of an earlier test has set it again.
  await asSuperuser(postgres, 'ALTER ROLE postgres_backup RESET ALL');
  await asSuperuser(postgres, `ALTER ROLE ${database.user} SET statement_timeout = '170s'`);
  expect(await savedRoles()).toMatchObject({ settings: [{ role: database.user, here: false }] });
  await asSuperuser(postgres, `ALTER ROLE ${database.user} RESET statement_timeout`);
  await asSuperuser(postgres, `ALTER DATABASE ${database.name} SET statement_timeout = '170s'`);
  expect(await savedRoles()).toMatchObject({ settings: [{ role: null, here: true }] });
});

describe('a database with a locale of its own', () => {
  const located = (options: string) => [
    `DROP DATABASE IF EXISTS ${database.name} WITH (FORCE)`,
    `CREATE DATABASE ${database.name} TEMPLATE template0 OWNER ${database.user} ${options}`,
    `REVOKE ALL ON DATABASE ${database.name} FROM PUBLIC`,
  ];
  const locale =
    'SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, daticulocale FROM pg_database WHERE datname = current_database()';

  test.each([
    ["ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", 'LATIN1|C|C|c|'],
    ["LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'", 'UTF8|C.UTF-8|C.UTF-8|i|de-DE'],
  ])('of %s keeps it', async (options, expected) => {
    for (const statement of located(options)) await asSuperuser(postgres, statement);
    const words = `CREATE TABLE words (word text); INSERT INTO words VALUES ('\u00e9t\u00e9')`;
    await asSuperuser(postgres, `SET ROLE ${database.user}; ${words}`, database.name);
    await savedRoles();
    const name = kept(backups).at(-1) ?? '';
    expect(await restoreAll(backups, postgres, name)).toMatchObject({ code: 0 });
    expect(await asSuperuser(postgres, locale, database.name)).toBe(expected);
    expect(await asSuperuser(postgres, 'SELECT * FROM words', database.name)).toBe('\u00e9t\u00e9');
  });

  test('that the server does not have is reported', async () => {
    const name = kept(backups).at(-1) ?? '';
    const roles = join(backups, 'complete', name, 'roles.json');
    writeFileSync(roles, readFileSync(roles, 'utf8').replace('"C.UTF-8"', '"xx_XX"'));
    writeChecksums(join(backups, 'complete', name));
    expect(lastLine(await restoreData(backups, postgres, name))).toMatch(
      /lacks what was saved: encoding and locale of the database: .*invalid locale name: "xx_XX"/,
    );
  });
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
