import type { ExecRequest, KubernetesClient } from '../../lib/cluster/kubernetes-client';
import type { KubernetesManifest } from '../../lib/manifests/manifest';
import { findHiddenTables } from '../../lib/operations/deploy/preflight/present-database';
import type { LoginRole } from '../../lib/platform/database-roles';
import type { Environment } from '../../lib/platform/environment';
import { database } from '../constructs/postgres/support/stores';
import {
  everyKind,
  makers,
  migrated,
  ownersIn,
  password,
  said,
  sharers,
  statementsOfGuide,
} from './support/own-tables';
import type { Pod } from './support/pod';
import { asRole, asService, asSuperuser, postgresManifests } from './support/postgres';
import { eventually } from './support/tools';
import { useVolume } from './support/volume-of-test';

jest.setTimeout(240_000);

const volume = useVolume(password, makers);

/** What a deploy asks the server that runs, before it changes anything. */
function preflight(pod: Pod, stated = makers): Promise<string[]> {
  const { configMaps } = postgresManifests(stated);
  const objects = Object.entries(configMaps).map(([name, data]) => ({ kind: 'ConfigMap', metadata: { name }, data }));
  const kubectl = {
    find: async () => ({ metadata: { name: 'postgres-config' }, data: {} }),
    list: async () => [
      { metadata: { name: 'postgres-0' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    ],
    reviewAccess: async () => [true],
    exec: async (_pod: string, _namespace: string, { container, command, input = '' }: ExecRequest) =>
      (await pod.container(container).exec(['sh', '-c', 'printf %s "$0" | "$@"', input, ...command])).output,
  };
  const environment = { namespace: 'test', database } as unknown as Environment;
  return findHiddenTables(
    kubectl as unknown as KubernetesClient,
    environment,
    objects as unknown as KubernetesManifest[],
  );
}

/** What an image does when it starts that makes its tables itself, with a library that has a table of its own. */
const start = `CREATE TABLE IF NOT EXISTS _sqlx_migrations (version int PRIMARY KEY); INSERT INTO _sqlx_migrations VALUES (1)`;

test('each service makes its tables in its own schema on a fresh volume, and no other can do anything with them', async () => {
  const pod = await volume.start();
  for (const role of ['backend-api', 'chat-server', 'stream-server'] as const) {
    expect(await said(pod, role, 'SELECT session_user, current_user, current_schema')).toBe(`${role}|${role}|${role}`);
    expect(await said(pod, role, start)).toBe('CREATE TABLE\nINSERT 0 1');
    expect(await said(pod, role, "SELECT lo_from_bytea(0, 'x') > 0")).toBe('t');
  }
  expect(await said(pod, 'chat-server', everyKind)).not.toContain('ERROR');
  expect(await said(pod, 'chat-server', 'CREATE TEMPORARY TABLE mine (n int)')).toBe('CREATE TABLE');
  expect(
    await said(pod, 'chat-server', 'TRUNCATE parts; ALTER TABLE parts ADD COLUMN m int; DROP VIEW texts'),
  ).not.toContain('ERROR');
  expect(await ownersIn(pod, 'chat-server')).toMatch(/^"chat-server"\|\d+$/);
  expect(await ownersIn(pod, 'public')).toBe('');

  // What the contract of the reader states, for what was made after its grants.
  expect(await said(pod, 'stream-server', 'SELECT count(*) FROM "chat-server".messages')).toBe('2');
  const object = await asSuperuser(
    pod,
    "SELECT oid FROM pg_largeobject_metadata WHERE lomowner = 'chat-server'::regrole LIMIT 1",
    database.name,
  );
  for (const [role, statement, denied] of [
    ['stream-server', 'INSERT INTO "chat-server".messages (text) VALUES (1)', 'permission denied for table messages'],
    ['stream-server', 'SELECT FROM "backend-api"._sqlx_migrations', 'permission denied for schema backend-api'],
    ['backend-api', 'SELECT FROM "chat-server".messages', 'permission denied for schema chat-server'],
    ['stream-server', 'DROP TABLE "chat-server".messages', 'must be owner of table messages'],
    ['stream-server', 'TRUNCATE "chat-server".messages', 'permission denied for table messages'],
    ['stream-server', 'ALTER TABLE "chat-server".messages ADD COLUMN x int', 'must be owner of table messages'],
    ['stream-server', 'CREATE INDEX ON "chat-server".messages (text)', 'must be owner of table messages'],
    ['stream-server', 'CREATE TABLE "chat-server".mine (n int)', 'permission denied for schema chat-server'],
    [
      'stream-server',
      'CREATE TABLE mine (n int REFERENCES "chat-server".messages)',
      'permission denied for table messages',
    ],
    ['stream-server', 'SELECT setval(\'"chat-server".numbers\', 1)', 'permission denied for sequence numbers'],
    ['stream-server', `SELECT lo_get(${object})`, 'permission denied for large object'],
    ['stream-server', `SELECT lo_unlink(${object})`, 'must be owner of large object'],
    ['chat-server', 'CREATE TABLE public.mine (n int)', 'permission denied for schema public'],
    [
      'chat-server',
      "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
      'permission denied for schema public',
    ],
    ['chat-server', 'ALTER TABLE messages SET SCHEMA "stream-server"', 'permission denied for schema stream-server'],
    ['chat-server', 'ALTER TABLE messages OWNER TO "stream-server"', 'must be member of role "stream-server"'],
    ['chat-server', 'CREATE SCHEMA mine', 'permission denied for database'],
    ['chat-server', 'DROP SCHEMA "chat-server" CASCADE', 'must be owner of schema chat-server'],
    ['chat-server', 'COMMENT ON SCHEMA "chat-server" IS NULL', 'must be owner of schema chat-server'],
    ['chat-server', 'SET ROLE veza_user', 'permission denied to set role "veza_user"'],
    ['chat-server', 'SET ROLE "stream-server"', 'permission denied to set role "stream-server"'],
    ['chat-server', 'SET SESSION AUTHORIZATION postgres', 'permission denied to set session authorization'],
    ['chat-server', 'GRANT veza_user TO "chat-server"', 'must have admin option on role "veza_user"'],
    ['chat-server', 'REASSIGN OWNED BY "stream-server" TO "chat-server"', 'permission denied to reassign objects'],
    ['chat-server', 'ALTER ROLE "chat-server" CONNECTION LIMIT 100', 'permission denied'],
    ['chat-server', 'ALTER ROLE "stream-server" IN DATABASE veza_production RESET search_path', 'permission denied'],
    ['chat-server', 'SET lo_compat_privileges = on', 'permission denied to set parameter'],
    ['chat-server', 'ALTER DATABASE veza_production SET search_path = "chat-server"', 'must be owner of database'],
  ] as const) {
    expect([statement, await said(pod, role, statement)]).toEqual([statement, expect.stringContaining(denied)]);
  }

  // It has granted more than the contracts state, and has more sessions than its own.
  await said(
    pod,
    'chat-server',
    'GRANT ALL ON messages TO "backend-api", "stream-server" WITH GRANT OPTION; GRANT ALL ON messages TO PUBLIC',
  );
  const sleep = 'SELECT pg_sleep(20)';
  const open = Array.from({ length: 8 }, () => asRole(pod, 'chat-server', sleep));
  const working = `SELECT count(*) FROM pg_stat_activity WHERE usename = 'chat-server' AND query = '${sleep}'`;
  await eventually('the sessions', 15, async () => (await asSuperuser(pod, working)) === '4');
  expect(await said(pod, 'chat-server', 'SELECT 1')).toContain('too many connections for role "chat-server"');
  expect(await said(pod, 'backend-api', 'SELECT count(*) FROM _sqlx_migrations')).toBe('1');
  await asSuperuser(pod, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'chat-server'");
  await Promise.all(open);
  await pod.kill();
  const next = await volume.start();
  const granted = `SELECT grantee::regrole, privilege_type, is_grantable FROM pg_class CROSS JOIN aclexplode(relacl)
    WHERE oid = '"chat-server".messages'::regclass AND grantee NOT IN (0, relowner)`;
  expect(await asSuperuser(next, granted, database.name)).toContain('"stream-server"|SELECT|f');
  expect(await asSuperuser(next, granted, database.name)).not.toMatch(/stream-server.*\|t/);
  expect(await said(next, 'backend-api', 'SELECT FROM "chat-server".messages')).toContain(
    'permission denied for schema',
  );
  expect(await said(next, 'chat-server', 'TRUNCATE messages; DISCARD ALL')).not.toBe('');
  const reset = ['DISCARD ALL', 'CREATE TABLE after (n int)'];
  for (const statement of reset) expect(await said(next, 'chat-server', statement)).not.toContain('ERROR');
  expect(await said(next, 'chat-server', 'SELECT count(*) FROM "chat-server".after')).toBe('0');
});

test('functions and operators that a service puts into its schema are not found by the service that reads it', async () => {
  const pod = await volume.start();
  const hostile = `CREATE TABLE caught (who text); GRANT INSERT ON caught TO PUBLIC; CREATE TABLE messages (text varchar);
    INSERT INTO messages VALUES ('x');
    CREATE FUNCTION length(varchar) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO "chat-server".caught VALUES (current_user); RETURN 1; END';
    CREATE FUNCTION same(varchar, varchar) RETURNS bool LANGUAGE plpgsql AS 'BEGIN INSERT INTO "chat-server".caught VALUES (current_user); RETURN true; END';
    CREATE OPERATOR = (FUNCTION = same, LEFTARG = varchar, RIGHTARG = varchar)`;
  expect(await said(pod, 'chat-server', hostile)).not.toContain('ERROR');
  const query = 'SELECT length(text), text = text FROM "chat-server".messages';
  expect(await said(pod, 'stream-server', query)).toBe('1|t');
  expect(await said(pod, 'stream-server', 'SHOW search_path')).toBe('"stream-server", public');
  expect(await said(pod, 'chat-server', 'SELECT count(*) FROM caught')).toBe('0');
  // They are found where the schema is on the search path, so this test can fail.
  await said(pod, 'stream-server', `SET search_path = "chat-server"; ${query}`);
  expect(await said(pod, 'chat-server', 'SELECT DISTINCT who FROM caught')).toBe('stream-server');
});

describe('a volume with tables that services shared', () => {
  const before = 'CREATE TABLE tracks (n int); INSERT INTO tracks VALUES (1)';

  const owned = "SELECT count(*) FROM pg_class WHERE relowner = 'veza_user'::regrole AND relkind = 'r'";

  test('starts, and is served as before, until the tables are moved as the guide says', async () => {
    const first = await volume.startPrevious();
    expect((await asService(first, password, `${before}; ${everyKind}`)).output).not.toContain('ERROR');
    await asService(
      first,
      password,
      "CREATE VIEW unread AS SELECT 1; CREATE SEQUENCE ticket_numbers; CREATE TABLE attachments (file oid); INSERT INTO attachments VALUES (lo_from_bytea(0, 'large'))",
    );
    const found = 'are not separated, since schemas of their own would hide public.attachments, public.counted,';
    const expected = `backend-api, chat-server, stream-server act as veza_user and ${found}`;
    expect(await preflight(first)).toEqual([expect.stringContaining(expected)]);
    expect(await preflight(first, sharers)).toEqual([]);
    await first.kill();

    const shared = await volume.start();
    expect(shared.container('roles').log).toContain(expected);
    expect(await said(shared, 'chat-server', 'INSERT INTO tracks VALUES (2) RETURNING current_user')).toContain(
      'veza_user',
    );
    expect(await said(shared, 'stream-server', 'ALTER TABLE tracks ADD COLUMN m int; CREATE TABLE late (n int)')).toBe(
      'ALTER TABLE\nCREATE TABLE',
    );
    const move = statementsOfGuide('BEGIN;\n   CREATE SCHEMA');
    expect(await asSuperuser(shared, move, database.name)).not.toContain('ERROR');
    // It finds all of it at once, and what it makes now is beside it.
    await said(shared, 'chat-server', 'ALTER TABLE public.attachments SET SCHEMA "chat-server"');
    expect(
      await said(
        shared,
        'chat-server',
        "UPDATE messages SET mood = 'low' RETURNING current_user; CREATE TABLE new (n int)",
      ),
    ).toContain('veza_user');
    await asSuperuser(
      shared,
      'CREATE SCHEMA "backend-api"; ALTER TABLE tracks SET SCHEMA "backend-api"',
      database.name,
    );
    await shared.kill();

    // One service after the other: those that have moved are separated, and the last one still acts as the owner.
    const partly = await volume.start();
    expect(partly.container('roles').log).toContain('stream-server act as veza_user and are not separated');
    expect(await said(partly, 'stream-server', 'SELECT current_user')).toBe('veza_user');
    expect(await said(partly, 'chat-server', 'SELECT current_user')).toBe('chat-server');
    const none = statementsOfGuide('CREATE SCHEMA IF NOT EXISTS "stream-server"');
    expect(await asSuperuser(partly, none, database.name)).toContain('COMMENT');
    await partly.kill();

    const own = await volume.start();
    expect(await preflight(own)).toEqual([]);
    expect(own.container('roles').log).not.toContain('separated');
    expect(await said(own, 'stream-server', 'SET ROLE veza_user')).toContain('permission denied');
    expect(await ownersIn(own, 'chat-server')).toMatch(/^"chat-server"\|\d+$/);
    expect(await said(own, 'backend-api', 'SELECT sum(n) FROM tracks')).toBe('3');
    expect(
      await said(own, 'chat-server', 'ALTER TABLE messages ADD COLUMN more int; SELECT count(*) FROM unread'),
    ).toContain('1');
    const objects = statementsOfGuide("SELECT format('ALTER LARGE OBJECT").replace(/ \\gexec$/, '');
    await asSuperuser(own, await asSuperuser(own, objects, database.name), database.name);
    expect(await said(own, 'chat-server', "SELECT convert_from(lo_get(file), 'UTF8') FROM attachments")).toBe('large');
    // What was not moved is still the owner's.
    expect(await ownersIn(own, 'public')).toMatch(/^veza_user\|\d+$/);
  });

  test('changes nothing for a service that had its schema before, nor for one that is new beside it', async () => {
    const first = await volume.start();
    await asService(first, password, before);
    await first.kill();
    const [api, chat, stream, owner] = makers as [LoginRole, LoginRole, LoginRole, LoginRole];
    const next = await volume.start([api, chat, owner]);
    expect(await said(next, 'chat-server', start)).toBe('CREATE TABLE\nINSERT 0 1');
    expect(await said(next, 'chat-server', 'UPDATE public.tracks SET n = 2')).toBe('UPDATE 1');
    await asSuperuser(next, 'DROP SCHEMA "stream-server"', database.name);
    await asSuperuser(next, 'DROP OWNED BY "stream-server"; DROP ROLE "stream-server"', database.name);
    await next.kill();
    const added = await volume.start([api, chat, stream, owner]);
    expect(await said(added, 'stream-server', start)).toBe('CREATE TABLE\nINSERT 0 1');
    expect(await said(added, 'stream-server', 'SET ROLE veza_user')).toContain('permission denied');
    expect(await asSuperuser(added, owned, database.name)).toBe('1');
  });
});

test('back to releases in which all share, or before roles, and forward again, tables stay where they are and become their own', async () => {
  let pod = await volume.start();
  await said(pod, 'chat-server', everyKind);
  await said(pod, 'backend-api', start);
  const owned = await ownersIn(pod, 'chat-server');
  await pod.kill();

  pod = await volume.start(sharers);
  expect(await ownersIn(pod, 'chat-server')).toBe(owned.replace('"chat-server"', 'veza_user'));
  expect(
    await said(
      pod,
      'chat-server',
      "INSERT INTO messages (text) VALUES ('more') RETURNING current_user; CREATE TABLE late (n int)",
    ),
  ).toContain('veza_user');
  expect(await said(pod, 'backend-api', 'SELECT version FROM _sqlx_migrations')).toBe('1');
  await pod.kill();

  pod = await volume.startPrevious();
  expect(
    (await asService(pod, password, 'SELECT count(*) FROM "chat-server".messages; CREATE TABLE stray (n int)')).output,
  ).toContain('3');
  await pod.kill();

  pod = await volume.start();
  expect(await said(pod, 'chat-server', 'SELECT count(*) FROM messages; DROP TABLE late')).toBe('3\nDROP TABLE');
  expect(await ownersIn(pod, 'chat-server')).toBe(owned);
  expect(await said(pod, 'chat-server', 'SET ROLE veza_user')).toContain('permission denied');
  expect(await said(pod, 'stream-server', 'SELECT count(*) FROM "chat-server".messages')).toBe('3');
  await pod.kill();

  // Once a migration makes the tables, it can change those too, and the service no longer can.
  pod = await volume.start(migrated);
  expect(await ownersIn(pod, 'chat-server')).toBe(owned.replace('"chat-server"', 'veza_user'));
  expect(await said(pod, 'chat-server', "INSERT INTO messages (text) VALUES ('more')")).toBe('INSERT 0 1');
  expect(await said(pod, 'chat-server', 'DROP TABLE messages')).toContain('must be owner of table messages');
  expect(await said(pod, 'chat-server', 'CREATE TABLE "chat-server".x (n int)')).toContain(
    'permission denied for schema chat-server',
  );
});

test('the tables of a service that was removed are seen by no other, and stay when its role is dropped as the guide says', async () => {
  const pod = await volume.start();
  await said(pod, 'chat-server', start);
  await pod.kill();
  const [api, , stream, owner] = makers as [LoginRole, LoginRole, LoginRole, LoginRole];
  const left = { ...stream, access: { kind: 'maker', shared: 'write', reads: [] } } as const;
  const next = await volume.start([api, left, owner]);
  for (const role of ['backend-api', 'stream-server'] as const) {
    expect(await said(next, role, 'SELECT FROM "chat-server"._sqlx_migrations')).toContain(
      'permission denied for schema',
    );
  }
  const drop = statementsOfGuide('REASSIGN OWNED').replaceAll('old-service', 'chat-server');
  expect(await asSuperuser(next, drop, database.name)).toBe('REASSIGN OWNED\nDROP OWNED\nDROP ROLE');
  expect(await asSuperuser(next, 'SELECT version FROM "chat-server"._sqlx_migrations', database.name)).toBe('1');
});
