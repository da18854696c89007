import { defaultParameters } from '../../lib/platform/settings/postgres-parameters';
import { database } from '../constructs/postgres/support/stores';
import { makeClaim, removeClaim } from './support/claims';
import type { ProbeName } from './support/manifests';
import type { Pod } from './support/pod';
import { asService, asSuperuser, passwordKeys, startPostgres } from './support/postgres';
import { scrape } from './support/scrape';
import { eventually, requireTools } from './support/tools';

const probes: readonly ProbeName[] = ['startupProbe', 'readinessProbe', 'livenessProbe'];
const password = `it's "hard" to\\quote $HOME %s é`;
const claim = makeClaim();
let pod: Pod;

jest.setTimeout(60_000);

beforeAll(async () => {
  requireTools();
  pod = await startPostgres(claim, password);
});

afterAll(async () => {
  await pod?.remove();
  removeClaim(claim);
});

describe('as a non-root UID', () => {
  test.each([
    ['postgres', '10001'],
    ['roles', '10001'],
  ])('%s runs as %s and cannot write its root', async (name, uid) => {
    expect(await pod.container(name).exec(['id', '-u'])).toEqual({ code: 0, output: `${uid}\n` });
    expect((await pod.container(name).exec(['touch', '/etc/written'])).output).toContain('Read-only file system');
  });

  test.each(['roles', 'postgres-exporter'])(
    '%s uses the socket of the server and can put nothing in its place',
    async (name) => {
      const { output } = await pod.container(name).exec(['touch', '/var/run/postgresql/written']);
      expect(output).toContain('Read-only file system');
    },
  );

  test('the server is process 1 and drops every capability', async () => {
    const { output } = await pod
      .container('postgres')
      .exec(['grep', '-E', '^(Name|Uid|CapBnd|NoNewPrivs)', '/proc/1/status']);
    expect(output.split('\n')).toEqual([
      'Name:\tpostgres',
      'Uid:\t10001\t10001\t10001\t10001',
      'CapBnd:\t0000000000000000',
      'NoNewPrivs:\t1',
      '',
    ]);
  });
});

describe('over the network', () => {
  test('a service connects, encrypted, with the password', async () => {
    const encrypted = 'SELECT current_user, ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    expect(await asService(pod, password, encrypted)).toEqual({ code: 0, output: 'veza_user|t|TLSv1.3\n' });
  });

  test('passwords are kept as SCRAM verifiers', async () => {
    const verifiers = 'SELECT rolname, left(rolpassword, 14) FROM pg_authid WHERE rolpassword IS NOT NULL ORDER BY 1';
    expect(await asSuperuser(pod, verifiers)).toBe(
      ['backend-api', 'chat-server', 'postgres_backup', 'veza_user'].map((role) => `${role}|SCRAM-SHA-256$`).join('\n'),
    );
  });

  test.each([
    ['a plain connection', 'sslmode=disable', 'no pg_hba.conf entry for host "127.0.0.2", user "veza_user"'],
    ['the superuser', 'user=postgres', 'no pg_hba.conf entry for host "127.0.0.2", user "postgres"'],
    [
      "the exporter's role",
      'user=postgres_exporter',
      'no pg_hba.conf entry for host "127.0.0.2", user "postgres_exporter"',
    ],
    [
      'another database',
      'dbname=postgres',
      'no pg_hba.conf entry for host "127.0.0.2", user "veza_user", database "postgres"',
    ],
  ])('%s is refused', async (_, options, message) => {
    const { code, output } = await asService(pod, password, 'SELECT 1', options);
    expect(code).toBe(2);
    expect(output).toContain(message);
  });

  test('a wrong password is refused', async () => {
    const { code, output } = await asService(pod, 'wrong', 'SELECT 1');
    expect(code).toBe(2);
    expect(output).toContain('password authentication failed for user "veza_user"');
  });

  test('a superuser with a password of its own is refused', async () => {
    await asSuperuser(pod, "CREATE ROLE admin SUPERUSER LOGIN PASSWORD 'known'");
    const { output } = await asService(pod, 'known', 'SELECT 1', 'user=admin');
    expect(output).toContain('no pg_hba.conf entry for host "127.0.0.2", user "admin"');
  });
});

describe("over the pod's own socket", () => {
  test.each([
    ['the superuser by its UID', 'postgres', 'postgres\n'],
    ["not the exporter's role by another UID", 'postgres_exporter', 'Peer authentication failed'],
    ["not the services' role", 'veza_user', 'no pg_hba.conf entry for host "[local]"'],
  ])('%s', async (_, user, said) => {
    const line = ['psql', '-XAt', '-U', user, '-d', 'postgres', '-c', 'SELECT current_user'];
    expect((await pod.container('postgres').exec(line)).output).toContain(said);
  });
});

describe('the database', () => {
  test('is owned by the role that is stated, which makes tables in it', async () => {
    const owner = `SELECT rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = '${database.name}'`;
    expect(await asSuperuser(pod, owner)).toBe('veza_user');
    const statements = "CREATE TABLE tracks (title text); INSERT INTO tracks VALUES ('é'); SELECT title FROM tracks";
    expect(await asService(pod, password, statements)).toEqual({ code: 0, output: 'CREATE TABLE\nINSERT 0 1\né\n' });
  });

  test('is closed to all other roles', async () => {
    expect(await asSuperuser(pod, `SELECT datacl FROM pg_database WHERE datname = '${database.name}'`)).toBe(
      '{veza_user=CTc/veza_user,postgres_exporter=c/veza_user,"\\"backend-api\\"=Tc/veza_user","\\"chat-server\\"=Tc/veza_user"}',
    );
  });

  test.each([
    ['CREATE ROLE other', 'permission denied to create role'],
    ['CREATE DATABASE other', 'permission denied to create database'],
    ["COPY (SELECT 1) TO PROGRAM 'true'", 'must be superuser or have privileges of the pg_execute_server_program role'],
  ])('%s is refused to the role', async (statement, message) => {
    expect((await asService(pod, password, statement)).output).toContain(message);
  });

  test('has checksums and UTF-8', async () => {
    expect(
      await asService(pod, password, "SELECT current_setting('data_checksums'), current_setting('server_encoding')"),
    ).toEqual({ code: 0, output: 'on|UTF8\n' });
  });
});

test("the guide's postgres.conf is in effect", async () => {
  const names = Object.keys(defaultParameters);
  const list = names.map((name) => `('${name}')`).join(', ');
  const output = await asSuperuser(pod, `SELECT name, current_setting(name) FROM (VALUES ${list}) AS stated (name)`);
  expect(names).toHaveLength(13);
  expect(output.split('\n')).toEqual(Object.entries(defaultParameters).map(([name, value]) => `${name}|${value}`));
});

test('the exporter scrapes over the socket, by its UID alone', async () => {
  const output = await scrape(pod, 9187);
  expect(output.split('\n')).toEqual(expect.arrayContaining(['pg_up 1', 'pg_exporter_last_scrape_error 0']));
  expect(output).toMatch(/^pg_settings_max_connections\{.*\} 200$/m);
  expect(output).toMatch(/^pg_database_size_bytes\{datname="veza_production".*\} \d/m);
  expect((await pod.container('postgres-exporter').exec(['id', '-u'])).output).toBe('10002\n');
});

describe('probes', () => {
  const all = ['postgres', 'roles', 'postgres-exporter'].flatMap((name) =>
    probes.map((probe) => [name, probe] as const),
  );

  test.each(all)('%s: %s succeeds on a healthy pod', async (name, probe) => {
    expect(await pod.probe(name, probe)).toBe(true);
  });

  test('roles: liveness fails when the loop has stopped', async () => {
    await pod.container('roles').exec(['touch', '-d', '3 minutes ago', '/var/run/postgres-roles/alive']);
    expect(await pod.probe('roles', 'livenessProbe')).toBe(false);
    await eventually('the loop goes on', 5, () => pod.probe('roles', 'livenessProbe'));
  });
});

describe('the password', () => {
  const started = 'SELECT pg_postmaster_start_time()';

  async function rotate(next: string): Promise<void> {
    pod.changeSecret('veza-secrets', passwordKeys(next));
    await eventually('the new password in force', 10, async () => (await asService(pod, next, 'SELECT 1')).code === 0);
  }

  test('changes with the Secret, without a restart', async () => {
    const before = await asSuperuser(pod, started);
    await rotate('the second of them');
    expect((await asService(pod, password, 'SELECT 1')).output).toContain('password authentication failed');
    expect(await asSuperuser(pod, started)).toBe(before);
    await rotate(password);
  });

  test.each([
    ['', 'is empty or missing; set it in the Secret'],
    ['broken\n', 'has a line break, which clients would send with it'],
    ['fifteen letters', 'has fewer than 16 characters; set a longer one in the Secret'],
  ])('%j is reported, and the previous one stays in effect', async (bad, message) => {
    const { length } = pod.container('roles').log;
    pod.changeSecret('veza-secrets', passwordKeys(bad));
    await eventually('the report', 10, () => pod.container('roles').log.slice(length).includes(message));
    expect((await asService(pod, password, 'SELECT 1')).code).toBe(0);
    expect(await pod.ready()).toBe(true);
    await rotate(password);
  });

  test('reaches no log, even when the server logs every statement', async () => {
    await asSuperuser(pod, "ALTER SYSTEM SET log_statement = 'all'");
    await asSuperuser(pod, 'SELECT pg_reload_conf()');
    await rotate('never-to-be-seen');
    const log = ['postgres', 'roles'].map((name) => pod.container(name).log).join('');
    expect(log).toMatch(/ALTER USER "?veza_user"? PASSWORD 'SCRAM-SHA-256/);
    expect(log).not.toContain('never-to-be-seen');
  });
});

describe('the end of the pod', () => {
  // The image asks for SIGINT; a runtime that does not heed it sends SIGTERM.
  test.each([
    ['roles', 'SIGTERM'],
    ['roles', 'SIGINT'],
    ['postgres-exporter', 'SIGTERM'],
  ] as const)('%s ends at once on %s', async (name, signal) => {
    if (!pod.container(name).running) pod.start(name);
    // The shell traps signals before it reconciles. The file of its startup probe may be left from the container before.
    const hasStarted = async () => name !== 'roles' || pod.container(name).log.includes('as they should be');
    await eventually('its start', 30, async () => (await pod.probe(name, 'startupProbe')) && hasStarted());
    const start = Date.now();
    await pod.container(name).stop(signal);
    expect(Date.now() - start).toBeLessThan(1500);
  });

  test('the server ends at once and cleanly on SIGINT, with clients connected', async () => {
    const client = asService(pod, 'never-to-be-seen', 'SELECT pg_sleep(25)');
    await eventually(
      'the client at work',
      5,
      async () =>
        (await asSuperuser(
          pod,
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(25)' AND usename = 'veza_user'",
        )) === '1',
    );
    expect((await pod.container('postgres').stop('SIGINT')).code).toBe(0);
    expect(pod.container('postgres').log).toContain('database system is shut down');
    expect((await client).output).toContain('terminating connection due to administrator command');
  });
});
