import { countRows, listSequences } from '../../lib/operations/database/compare-databases';
import { database } from '../constructs/postgres/support/stores';
import { kept, lastLine, restoreAll, restoreRoles, runBackup } from './support/backup';
import { makeClaim, removeClaim } from './support/claims';
import { rolesOf } from './support/contents';
import { everyKind, makers, ownersIn, password, said, sharers } from './support/own-tables';
import type { Pod } from './support/pod';
import { asSuperuser, startPostgres } from './support/postgres';
import { requireTools } from './support/tools';

jest.setTimeout(240_000);

const [data, elsewhere, backups] = [makeClaim(), makeClaim(), makeClaim()];
let server: Pod;
let backup: string;
/** What belongs to whom before the backup. */
let whole: string[];

/** An index whose expression notes each role that plans a query of its table with the rights of a backup or more. */
const hostile = `CREATE TABLE caught (who text);
  CREATE FUNCTION catch() RETURNS int LANGUAGE plpgsql AS 'BEGIN
    IF current_user ~ ''^postgres'' THEN INSERT INTO "chat-server".caught VALUES (current_user); END IF; RETURN 1; END';
  CREATE FUNCTION trap(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN "chat-server".catch(); END';
  CREATE TABLE bait (n int); INSERT INTO bait VALUES (1);
  CREATE INDEX ON bait ((n + trap(1)));
  CREATE TABLE "odd"" 'name' \\! :x" (n int); INSERT INTO "odd"" 'name' \\! :x" VALUES (1);
  CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES`;

/** Whose everything is. */
async function ownership(pod: Pod): Promise<string[]> {
  const questions = [
    'SELECT lomowner::regrole, oid FROM pg_largeobject_metadata ORDER BY oid',
    "SELECT nspname, nspowner::regrole, obj_description(oid, 'pg_namespace'), ARRAY(SELECT unnest(nspacl)::text ORDER BY 1) FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
    "SELECT oid::regclass, ARRAY(SELECT unnest(relacl)::text ORDER BY 1) FROM pg_class WHERE relnamespace = '\"chat-server\"'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') ORDER BY oid::regclass::text",
    "SELECT defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl::text FROM pg_default_acl WHERE defaclrole <> 'veza_user'::regrole ORDER BY defaclrole::regrole::text, defaclnamespace, defaclobjtype",
    countRows,
    listSequences,
  ];
  const answers = [await ownersIn(pod, 'chat-server'), await ownersIn(pod, 'backend-api')];
  for (const question of questions) answers.push(await asSuperuser(pod, question, database.name));
  return answers;
}

beforeAll(async () => {
  requireTools();
  server = await startPostgres(data, password, makers);
  for (const [role, statements] of [
    ['chat-server', `${everyKind}; ${hostile}; SELECT lo_from_bytea(1001, 'of chat')`],
    [
      'backend-api',
      "CREATE TABLE tracks (n int); INSERT INTO tracks VALUES (1); SELECT lo_from_bytea(1002, 'of the API')",
    ],
  ] as const) {
    const output = await said(server, role, statements);
    if (output.includes('ERROR')) throw new Error(output);
  }
  const created = await runBackup(backups, server, 'create');
  if (created.code !== 0) throw new Error(created.output);
  backup = kept(backups).at(-1) ?? '';
  whole = await ownership(server);
});

afterAll(async () => {
  await server?.remove();
  for (const claim of [data, elsewhere, backups]) removeClaim(claim);
});

test('a backup has everything, is verified, and neither it nor the comparison of a move runs what a service has defined', async () => {
  const { output } = await runBackup(backups, server, 'check', backup);
  expect(JSON.parse(lastLine({ code: 0, output }))).toMatchObject({ verified: true, missing: [] });
  const rows = whole.find((each) => each.includes('backend-api".tracks|1'));
  expect(rows).toContain('"chat-server".bait|1');
  expect(rows).toContain(`"chat-server"."odd"" 'name' \\! :x"|1`);
  expect(rows).toContain('"chat-server".nothing|1');
  expect(await said(server, 'chat-server', 'SELECT count(*) FROM caught')).toBe('0');
  // A query of that table is caught, so this test can fail.
  await asSuperuser(server, 'SELECT count(*) FROM "chat-server".bait', database.name);
  expect(await said(server, 'chat-server', 'DELETE FROM caught RETURNING who')).toBe('postgres\nDELETE 1');
});

test('a restore gives everything back to whom it belonged', async () => {
  await said(server, 'chat-server', 'DROP TABLE messages CASCADE; SELECT lo_unlink(1001)');
  expect(await ownership(server)).not.toEqual(whole);
  expect(await restoreAll(backups, server, backup)).toMatchObject({ code: 0 });
  expect(await ownership(server)).toEqual(whole);
  expect(
    await said(server, 'chat-server', "SELECT convert_from(lo_get(1001), 'UTF8'), current_schema; DROP VIEW texts"),
  ).toContain('of chat|chat-server');
  expect(await said(server, 'chat-server', 'SELECT lo_get(1002)')).toContain('permission denied for large object 1002');
  expect(await said(server, 'stream-server', 'SELECT count(*) FROM "chat-server".messages')).toBe('2');
  expect(await said(server, 'backend-api', 'SELECT FROM "chat-server".messages')).toContain(
    'permission denied for schema',
  );
});

test('a move into an empty server gives everything to whom it belonged', async () => {
  const target = await startPostgres(elsewhere, password, makers);
  try {
    expect(await restoreAll(backups, target, backup)).toMatchObject({ code: 0 });
    expect(await ownership(target)).toEqual(whole);
    expect(await rolesOf(target)).toBe(await rolesOf(server));
    expect(await said(target, 'chat-server', 'ALTER TABLE messages ADD COLUMN more int; SELECT current_user')).toBe(
      'ALTER TABLE\nchat-server',
    );
    expect(await said(target, 'chat-server', 'SET ROLE veza_user')).toContain('permission denied to set role');
  } finally {
    await target.remove();
  }
});

test('a backup of shared tables is restored, and its services share them as before', async () => {
  const claim = makeClaim();
  const old = await startPostgres(claim, password, sharers);
  await said(old, 'chat-server', 'CREATE TABLE messages (n int); INSERT INTO messages VALUES (1)');
  await runBackup(backups, old, 'create');
  await old.remove();
  removeClaim(claim);
  const shared = kept(backups).at(-1) ?? '';
  expect(shared).not.toBe(backup);
  expect(await restoreAll(backups, server, shared)).toMatchObject({ code: 0 });
  const change = 'ALTER TABLE messages ADD COLUMN m int; SELECT count(*) FROM messages';
  expect(await said(server, 'chat-server', change)).toBe('ALTER TABLE\n1');
  expect(await said(server, 'chat-server', 'SELECT current_user')).toBe('veza_user');
  const move = `CREATE SCHEMA "chat-server"; ALTER TABLE messages SET SCHEMA "chat-server"; CREATE SCHEMA "backend-api";
    COMMENT ON SCHEMA "backend-api" IS 'tables: own'; CREATE SCHEMA "stream-server"; COMMENT ON SCHEMA "stream-server" IS 'tables: own'`;
  await asSuperuser(server, move, database.name);
  const { output: saved } = await runBackup(backups, server, 'roles', shared);
  expect(await restoreRoles(server, 'apply', saved)).toEqual({ code: 0, output: '' });
  expect(await said(server, 'chat-server', 'DROP TABLE messages')).toBe('DROP TABLE');
  expect(await said(server, 'chat-server', 'SET ROLE veza_user')).toContain('permission denied');
});
