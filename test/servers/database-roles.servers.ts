import type { LoginRole } from '../../lib/platform/database-roles';
import { database, owner, roles } from '../constructs/postgres/support/stores';
import { statementsOfGuide } from './support/own-tables';
import type { Pod } from './support/pod';
import { asRole, asService, asSuperuser, passwordKeys, servicePasswords, startPod } from './support/postgres';
import { eventually } from './support/tools';
import { useVolume } from './support/volume-of-test';

jest.setTimeout(120_000);

const password = 'a secret that is long enough';
const noLogin = ['is not permitted to log in', 'no pg_hba.conf entry', 'password authentication failed'];

/** A service that may read the schema of another, and nothing that is shared. */
const reader: LoginRole = {
  role: 'stream-server',
  access: { kind: 'service', shared: 'none', reads: ['chat-server'] },
  passwordKey: 'DB_PASSWORD_STREAM_SERVER',
  connections: 2,
  workloads: ['veza-stream-server'],
};
const [api, chat] = roles as readonly [LoginRole, LoginRole];
const all = [api, chat, reader, owner];

const volume = useVolume(password, all);

/** The output of a statement that a role is refused, or of one that it may run. */
async function said(pod: Pod, role: keyof typeof servicePasswords, statement: string): Promise<string> {
  return (await asRole(pod, role, statement)).output.trim();
}

/** What an image does when it starts that makes its tables itself. */
const migrate = (table: string) =>
  `CREATE TABLE IF NOT EXISTS ${table} (n int); ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS title text;
   CREATE INDEX IF NOT EXISTS ${table}_title ON ${table} (title); INSERT INTO ${table} VALUES (1, 'x'); SELECT min(title) FROM ${table}`;

const migrated = /INSERT 0 1\nx\n$/;

describe('on a fresh volume', () => {
  test('a service does what its contract states, and no more', async () => {
    const pod = await volume.start();
    expect(await said(pod, 'backend-api', 'SELECT session_user, current_user')).toBe('backend-api|veza_user');
    expect((await asRole(pod, 'backend-api', migrate('tracks'))).output).toMatch(migrated);
    const made = `CREATE TABLE "chat-server".messages (id serial, text text); INSERT INTO "chat-server".messages (text) VALUES ('hi')`;
    await said(pod, 'backend-api', made);

    expect(await said(pod, 'chat-server', 'SELECT session_user, current_user')).toBe('chat-server|chat-server');
    expect(await said(pod, 'chat-server', `UPDATE tracks SET n = 2 RETURNING n`)).toBe('2\nUPDATE 1');
    expect(await said(pod, 'chat-server', `INSERT INTO messages (text) VALUES ('ho') RETURNING id`)).toBe(
      '2\nINSERT 0 1',
    );
    expect(await said(pod, 'stream-server', 'SELECT count(*) FROM "chat-server".messages')).toBe('2');
    for (const [role, statement, refusal] of [
      ['stream-server', 'DELETE FROM "chat-server".messages', 'permission denied for table messages'],
      ['stream-server', 'SELECT FROM public.tracks', 'permission denied for table tracks'],
      ['chat-server', 'SELECT FROM "stream-server".plays', 'permission denied for schema stream-server'],
      ['chat-server', 'CREATE TABLE public.mine (n int)', 'permission denied for schema public'],
      ['chat-server', 'CREATE TABLE "chat-server".mine (n int)', 'permission denied for schema chat-server'],
      ['chat-server', 'CREATE SCHEMA mine', 'permission denied for database'],
      ['chat-server', 'ALTER TABLE tracks ADD COLUMN m int', 'must be owner of table tracks'],
      ['chat-server', 'TRUNCATE tracks', 'permission denied for table tracks'],
      ['chat-server', 'DROP TABLE messages', 'must be owner of table messages'],
      ['chat-server', 'SET ROLE veza_user', 'permission denied to set role "veza_user"'],
      ['chat-server', 'SET ROLE "backend-api"', 'permission denied to set role "backend-api"'],
      ['chat-server', 'GRANT veza_user TO "chat-server"', 'must have admin option on role "veza_user"'],
      ['chat-server', 'GRANT ALL ON tracks TO "stream-server"', 'no privileges were granted'],
      ['chat-server', 'ALTER ROLE "chat-server" CONNECTION LIMIT 100', 'permission denied'],
      ['chat-server', 'SELECT rolpassword FROM pg_authid', 'permission denied for table pg_authid'],
      ['backend-api', 'CREATE ROLE other', 'permission denied to create role'],
      ['backend-api', 'SET ROLE postgres', 'permission denied to set role "postgres"'],
    ] as const) {
      expect([statement, await said(pod, role, statement)]).toEqual([statement, expect.stringContaining(refusal)]);
    }
  });

  test('no service logs in with the password of another', async () => {
    const pod = await volume.start();
    const { output } = await asService(pod, servicePasswords['chat-server'], 'SELECT 1', 'user=backend-api');
    expect(output).toContain('password authentication failed for user "backend-api"');
  });

  test("what a service makes that resets its sessions becomes the owner's when the server starts again", async () => {
    const first = await volume.start();
    await said(first, 'backend-api', 'CREATE TABLE before (n int)');
    const reset = [`DISCARD ALL`, 'CREATE TABLE after (n int)'];
    const server = `host=127.0.0.2 dbname=${database.name} user=backend-api sslmode=require`;
    const psql = ['/usr/lib/postgresql/15/bin/psql', '-XAtw', ...reset.flatMap((each) => ['-c', each]), server];
    const env = { PGPASSWORD: servicePasswords['backend-api'] };
    expect(await first.client(psql, env)).toEqual({ code: 0, output: 'DISCARD ALL\nCREATE TABLE\n' });
    await first.kill();
    const next = await volume.start();
    const owners = "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    expect(await asSuperuser(next, owners, database.name)).toBe('after|veza_user\nbefore|veza_user');
  });

  test('large objects are shared by those that may write what is shared, and are in a backup', async () => {
    const pod = await volume.start();
    expect(await said(pod, 'backend-api', "SELECT lo_from_bytea(1, 'one')")).toBe('1');
    expect(await said(pod, 'chat-server', "SELECT lo_from_bytea(2, lo_get(1) || 'two')")).toBe('2');
    expect(await said(pod, 'stream-server', 'SELECT lo_get(2)')).toContain('permission denied for large object 2');
    const dump = [
      '/usr/lib/postgresql/15/bin/pg_dump',
      '--no-password',
      '-h',
      '127.0.0.2',
      '-U',
      'postgres_backup',
      database.name,
    ];
    const { code, output } = await pod.client(dump, { PGPASSWORD: `back'up "of" \\all $HOME é` });
    expect([code, output]).toEqual([0, expect.stringContaining(Buffer.from('onetwo').toString('hex'))]);
  });
});

test('a service that opens too many connections is refused, and the others work', async () => {
  const pod = await volume.start();
  const sleep = 'SELECT pg_sleep(20)';
  const open = Array.from({ length: 12 }, () => asRole(pod, 'chat-server', sleep));
  const working = `SELECT count(*) FROM pg_stat_activity WHERE usename = 'chat-server' AND query = '${sleep}'`;
  await eventually('the sessions', 15, async () => (await asSuperuser(pod, working)) === String(chat.connections));
  expect(await said(pod, 'chat-server', 'SELECT 1')).toContain('too many connections for role "chat-server"');
  expect((await asRole(pod, 'backend-api', migrate('tracks'))).output).toMatch(migrated);
  expect((await asService(pod, password, 'SELECT 1')).output).toBe('1\n');
  await asSuperuser(pod, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'chat-server'");
  const refused = (await Promise.all(open)).filter(({ output }) => output.includes('too many connections for role'));
  expect(refused).toHaveLength(12 - chat.connections);
});

describe('a key that is missing in the Secret', () => {
  test('stops its service alone, until it is there', async () => {
    const pod = await volume.create();
    const { DB_PASSWORD_CHAT_SERVER: missing, ...present } = passwordKeys(password);
    pod.changeSecret('veza-secrets', present);
    await startPod(pod);
    expect(pod.container('roles').log).toContain(
      'the password in /var/run/postgres-credentials/chat-server is empty or missing',
    );
    expect((await asRole(pod, 'backend-api', migrate('tracks'))).output).toMatch(migrated);
    expect((await asService(pod, password, 'SELECT 1')).output).toBe('1\n');
    expect(await said(pod, 'chat-server', 'SELECT 1')).toContain('password authentication failed');
    pod.changeSecret('veza-secrets', { ...present, DB_PASSWORD_CHAT_SERVER: missing ?? '' });
    await eventually('its login', 10, async () => (await said(pod, 'chat-server', 'SELECT 1')) === '1');
  });

  test('keeps its password on a server that knows it', async () => {
    await (await volume.start()).kill();
    const pod = await volume.create();
    const { DB_PASSWORD_CHAT_SERVER: _, ...present } = passwordKeys(password);
    pod.changeSecret('veza-secrets', present);
    await startPod(pod);
    expect(await said(pod, 'chat-server', 'SELECT 1')).toBe('1');
  });
});

describe('a volume of the release before services had roles', () => {
  /** A service of the old release that connects for every statement, and goes on whatever it is answered. */
  function oldService(pod: () => Pod) {
    const state = { isStopped: false, written: 0, answers: new Set<string>() };
    const run = async () => {
      while (!state.isStopped) {
        const { code, output } = await asService(pod(), password, 'INSERT INTO tracks (n) VALUES (7)');
        if (code === 0) state.written += 1;
        else state.answers.add(output);
      }
    };
    const running = run();
    const stop = () => {
      state.isStopped = true;
      return running;
    };
    return { state, stop };
  }

  test('is moved over while its pods are logged in, which work on beside the new ones', async () => {
    let pod = await volume.startPrevious();
    expect((await asService(pod, password, migrate('tracks'))).output).toMatch(migrated);
    const session = asService(pod, password, 'SELECT pg_sleep(60)');
    const service = oldService(() => pod);
    await eventually('its work', 10, () => service.state.written > 3);
    await pod.kill();
    expect((await session).code).not.toBe(0);

    pod = await volume.start();
    const before = service.state.written;
    await eventually('its work', 20, () => service.state.written > before + 3);
    expect((await asRole(pod, 'backend-api', migrate('tracks'))).output).toMatch(migrated);
    expect(await said(pod, 'chat-server', 'SELECT count(*) > 3 FROM tracks')).toBe('t');
    expect(await said(pod, 'chat-server', 'INSERT INTO tracks (n) VALUES (8) RETURNING n')).toBe('8\nINSERT 0 1');
    await service.stop();
    const owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'";
    expect(await asSuperuser(pod, owners, database.name)).toBe('veza_user');
  });

  test('can be rolled back and deployed again, with the tables of both releases', async () => {
    const first = await volume.startPrevious();
    await asService(first, password, migrate('tracks'));
    await first.kill();
    for (const table of ['albums', 'artists']) {
      const next = await volume.start();
      for (const name of ['tracks', table])
        expect((await asRole(next, 'backend-api', migrate(name))).output).toMatch(migrated);
      await next.kill();
      const back = await volume.startPrevious();
      for (const name of ['tracks', table, `${table}_of_old`]) {
        expect((await asService(back, password, migrate(name))).output).toMatch(migrated);
      }
      expect((await asService(back, servicePasswords['chat-server'], 'SELECT 1', 'user=chat-server')).output).toContain(
        'no pg_hba.conf entry',
      );
      await back.kill();
    }
    const last = await volume.start();
    for (const table of ['tracks', 'albums', 'albums_of_old', 'artists_of_old']) {
      expect((await asRole(last, 'backend-api', migrate(table))).output).toMatch(migrated);
      expect(await said(last, 'chat-server', `SELECT min(title) FROM ${table}`)).toBe('x');
    }
  });

  test('is moved over at once if the owner may not log in, and the owner may again after a rollback', async () => {
    const first = await volume.startPrevious();
    await asService(first, password, migrate('tracks'));
    await first.kill();
    const denied = await volume.start([api, chat]);
    const { output } = await asService(denied, password, 'SELECT 1');
    expect(noLogin.some((text) => output.includes(text))).toBe(true);
    const stored = "SELECT rolcanlogin, rolpassword IS NULL FROM pg_authid WHERE rolname = 'veza_user'";
    expect(await asSuperuser(denied, stored)).toBe('f|t');
    expect((await asRole(denied, 'backend-api', migrate('tracks'))).output).toMatch(migrated);
    await denied.kill();
    expect((await asService(await volume.startPrevious(), password, migrate('tracks'))).output).toMatch(migrated);
  });
});

test('a service that made tables itself no longer acts as the owner once a migration does', async () => {
  const first = await volume.start([{ ...chat, access: { kind: 'acting' } }, owner]);
  expect((await asRole(first, 'chat-server', migrate('tracks'))).output).toMatch(migrated);
  await first.kill();
  const next = await volume.start([chat, owner]);
  expect(await said(next, 'chat-server', 'SELECT current_user, count(*) FROM tracks')).toBe('chat-server|1');
  expect(await said(next, 'chat-server', 'SET ROLE veza_user')).toContain('permission denied to set role');
  expect(await said(next, 'chat-server', 'DROP TABLE tracks')).toContain('must be owner of table tracks');
});

test('the statements of the guide make the roles of a managed database, for each way to make tables', async () => {
  const pod = await volume.start([chat, reader, owner]);
  const asAdmin = (statements: string) => asSuperuser(pod, statements, database.name);
  await asAdmin(
    `${statementsOfGuide('REASSIGN OWNED').replaceAll('old-service', 'chat-server')}; DROP SCHEMA "chat-server"`,
  );
  const made = statementsOfGuide('CREATE ROLE').replace('of DB_PASSWORD_CHAT_SERVER', servicePasswords['chat-server']);
  expect(await asAdmin(made)).toBe('CREATE ROLE\nGRANT');

  expect(await asAdmin(statementsOfGuide('REVOKE CREATE ON SCHEMA public'))).not.toContain('ERROR');
  expect((await asRole(pod, 'chat-server', migrate('messages'))).output).toMatch(migrated);
  expect(await said(pod, 'stream-server', 'SELECT count(*) FROM "chat-server".messages')).toBe('1');
  expect(await said(pod, 'stream-server', 'DROP TABLE "chat-server".messages')).toContain(
    'must be owner of table messages',
  );
  expect(await said(pod, 'chat-server', 'CREATE TABLE public.mine (n int)')).toContain(
    'permission denied for schema public',
  );

  expect(await asAdmin(statementsOfGuide('ALTER ROLE "chat-server" INHERIT'))).toBe(
    'ALTER ROLE\nGRANT ROLE\nALTER ROLE',
  );
  expect((await asRole(pod, 'chat-server', migrate('tracks'))).output).toMatch(migrated);
  expect(await asAdmin(statementsOfGuide('REVOKE veza_user FROM'))).not.toContain('ERROR');
  expect(await said(pod, 'chat-server', 'SELECT current_user, count(*) FROM tracks')).toBe('chat-server|1');
  expect(await said(pod, 'chat-server', 'DROP TABLE tracks')).toContain('must be owner of table tracks');
});
