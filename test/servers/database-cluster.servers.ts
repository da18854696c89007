import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeClusterParameters, writeAccessRules } from '../../lib/constructs/database-cluster/cluster-spec';
import { writeLoginsFile } from '../../lib/constructs/postgres/postgres-configuration';
import { joinRoleNames } from '../../lib/constructs/postgres/postgres-containers';
import type { LoginRole } from '../../lib/platform/database-roles';
import { databaseCluster } from '../support/clustered';
import { ReplicatedPostgres } from './support/replicated-postgres';
import { eventually, requireTools } from './support/tools';

jest.setTimeout(300_000);

const { name, user } = databaseCluster;
const roles: readonly LoginRole[] = [
  {
    role: 'chat-server',
    access: { kind: 'service', shared: 'write', reads: [] },
    passwordKey: 'DB_PASSWORD_CHAT_SERVER',
    connections: 3,
    workloads: ['veza-chat-server'],
  },
  {
    role: user,
    access: { kind: 'owner' },
    passwordKey: 'DB_PASSWORD',
    connections: -1,
    workloads: ['veza-chat-server'],
  },
];
const parameters = makeClusterParameters(databaseCluster);
const scripts = join(__dirname, '../../lib/constructs/postgres/scripts');
const passwords: Readonly<Record<string, string>> = {
  'chat-server': 'the password of the chat',
  [user]: 'the password of the owner',
  backup: 'the password of the backup',
  exporter: 'the password of the exporter',
  superuser: 'the password of the superuser',
};
let folder: string;
let cluster: ReplicatedPostgres;

/** Variables of the pod postgres-roles. */
function environment(): Record<string, string> {
  const file = (role: string) => {
    writeFileSync(join(folder, role), passwords[role] ?? '');
    return join(folder, role);
  };
  for (const { role } of roles) file(role);
  writeFileSync(join(folder, 'logins.json'), writeLoginsFile(roles)['logins.json'] ?? '');
  return {
    PGPASSWORD: passwords.superuser ?? '',
    DB_NAME: name,
    DB_USER: user,
    DB_ROLES: joinRoleNames(roles),
    LOGINS_FILE: join(folder, 'logins.json'),
    CREDENTIALS: folder,
    BACKUP_CREDENTIAL_FILE: file('backup'),
    EXPORTER_CREDENTIAL_FILE: file('exporter'),
    SUPERUSER_CREDENTIAL_FILE: file('superuser'),
    ROLES_SCRIPTS: scripts,
    STATE_DIRECTORY: folder,
  };
}

/** Reconciles the roles as the pod postgres-roles does. */
async function reconcile(): Promise<string> {
  const { code, output } = await cluster.script(`. ${scripts}/reconcile.sh && reconcile`, environment());
  return code === 0 ? '' : output;
}

beforeAll(async () => {
  requireTools();
  folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  cluster = await ReplicatedPostgres.start({ parameters, accessRules: writeAccessRules(databaseCluster, roles), user });
  await cluster.query('one', `ALTER ROLE postgres PASSWORD '${passwords.superuser}'`);
  expect(await reconcile()).toBe('');
});

afterAll(() => {
  cluster?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('the servers take every parameter that is rendered', async () => {
  const names = Object.keys(parameters).map((each) => `'${each}'`);
  // A session over the socket has no TCP settings, and 3072MB is shown as 3GB: these are read where they are stated.
  const settings = `SELECT name, CASE WHEN name ~ '^tcp|_size$' THEN (SELECT file.setting FROM pg_file_settings AS file WHERE file.name = pg_settings.name AND applied) ELSE current_setting(name) END FROM pg_settings WHERE name IN (${names}) ORDER BY name COLLATE "C"`;
  for (const server of ['one', 'two', 'three']) {
    const found = (await cluster.query(server, settings)).split('\n').map((line) => line.split('|'));
    expect(Object.fromEntries(found)).toEqual(parameters);
  }
});

test('the container of the roles starts again when the password of the superuser changes', async () => {
  const container = cluster.script(`exec sh ${scripts}/roles.sh`, environment());
  await eventually('the first run', 30, async () => existsSync(join(folder, 'ready')));
  writeFileSync(join(folder, 'superuser'), 'the next password of the superuser');
  expect(await container).toMatchObject({ code: 0, output: expect.stringContaining('starting again with it') });
});

test('the roles can be reconciled again', async () => {
  expect(await reconcile()).toBe('');
});

const inDatabase = `dbname=${name} user=${user} sslmode=require`;
const asChat = `dbname=${name} user=chat-server sslmode=require`;

test.each([
  ['veza-chat-server', asChat, 'chat-server', 'chat-server'],
  ['services', inDatabase, user, user],
  ['backup', 'dbname=postgres user=postgres_backup sslmode=require', 'backup', 'postgres_backup'],
  ['roles', 'dbname=postgres user=postgres sslmode=require', 'superuser', 'postgres'],
  ['roles', `dbname=${name} user=postgres_exporter sslmode=require`, 'exporter', 'postgres_exporter'],
] as const)('a pod of the %s logs in with %s', async (client, options, password, role) => {
  expect(await cluster.connect(client, options, passwords[password] ?? '')).toEqual({ code: 0, output: `${role}\n` });
});

test.each([
  ['another pod with the password of the services', 'backup', inDatabase, user],
  ['another pod with the password of the chat', 'backup', asChat, 'chat-server'],
  ['another service with the password of the chat', 'services', asChat, 'chat-server'],
  ['a service without encryption', 'services', `dbname=${name} user=${user} sslmode=disable`, user],
  ['a service as the superuser', 'services', 'dbname=postgres user=postgres sslmode=require', 'superuser'],
  ['a service in another database', 'services', `dbname=postgres user=${user} sslmode=require`, user],
  ['a service as the backup', 'services', 'dbname=postgres user=postgres_backup sslmode=require', 'backup'],
  ['the backup as the superuser', 'backup', 'dbname=postgres user=postgres sslmode=require', 'superuser'],
] as const)('%s is refused, although the password is right', async (_, client, options, password) => {
  const { code, output } = await cluster.connect(client, options, passwords[password] ?? '');
  expect([code, output]).toEqual([2, expect.stringContaining('pg_hba.conf rejects connection')]);
});

test('a wrong password is refused', async () => {
  const { output } = await cluster.connect('services', inDatabase, 'a wrong one');
  expect(output).toContain('password authentication failed');
});

test('the exporter keeps to its limit of connections, and reads statistics', async () => {
  expect(await cluster.query('one', "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'postgres_exporter'")).toBe('5');
  const options = `dbname=${name} user=postgres_exporter sslmode=require`;
  const { output } = await cluster.connect(
    'roles',
    options,
    passwords.exporter ?? '',
    "SELECT pg_has_role('pg_monitor', 'MEMBER')",
  );
  expect(output).toBe('t\n');
});

test('without one standby a commit succeeds, without both it waits, and with one again it is done', async () => {
  await cluster.query('one', 'CREATE TABLE waits (n int)');
  await cluster.kill('two');
  await cluster.query('one', 'INSERT INTO waits VALUES (1)');
  await cluster.kill('three');
  const commit = cluster.query('one', 'INSERT INTO waits VALUES (2)');
  const waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
  await eventually('a commit that waits', 20, async () => (await cluster.query('one', waiting)) === '1');
  expect(await cluster.query('one', 'SELECT max(n) FROM waits')).toBe('1');
  await cluster.startStandbys();
  await commit;
  expect(await cluster.query('one', 'SELECT max(n) FROM waits')).toBe('2');
});

test('the primary is killed under load: nothing that was acknowledged is lost, and the services write on', async () => {
  await cluster.query('one', 'CREATE TABLE written (n int)');
  let last = 0;
  const killed = new Promise<void>((resolve, reject) => {
    const writing = cluster.write((number) => {
      last = number;
      if (number === 300) cluster.kill('one').catch(reject);
    });
    void writing.then(() => resolve());
  });
  await killed;
  expect(last).toBeGreaterThanOrEqual(300);
  // The operator promotes the standby that has received most, and only if a quorum of them can be asked.
  const received = async (server: string) =>
    Number(await cluster.query(server, "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')"));
  const next = (await received('two')) >= (await received('three')) ? 'two' : 'three';
  await cluster.promote(next);
  const lost = `SELECT count(*) FROM generate_series(1, ${last}) AS n WHERE n NOT IN (SELECT n FROM written)`;
  expect(await cluster.query(next, lost)).toBe('0');
  process.stdout.write(`${last} commits acknowledged before the kill, 0 lost\n`);
});
