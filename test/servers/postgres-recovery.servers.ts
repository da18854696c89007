import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSetAsideJob, type PostgresStatefulSet } from '../../lib/operations/restore/fresh-server';
import { database } from '../constructs/postgres/support/stores';
import { closeFence, openFence, restoreAll } from './support/backup';
import { BackupSite, password as sitePassword } from './support/backup-site';
import { makeClaim, removeClaim } from './support/claims';
import type { Outcome } from './support/container';
import { contents, rolesOf } from './support/contents';
import type { PodSpec } from './support/manifests';
import { makeOldCluster } from './support/old-cluster';
import { Pod } from './support/pod';
import {
  asService,
  asSuperuser,
  endSessions,
  isAnySession,
  passwordKeys,
  postgresManifests,
  postgresPod,
  secretsWith,
  startPostgres,
} from './support/postgres';
import { scrape } from './support/scrape';
import { eventually, requireTools } from './support/tools';

const password = 'a secret that is long enough';
const loggingServer = ['postgres', '-c', 'config_file=/etc/postgres/server.conf', '-c', 'log_statement=all'];

/** Statements that each reconciliation runs, in their order: the log has one just before the server executes it. */
const statements = [
  'ALTER USER veza_user PASSWORD',
  "SELECT format('CREATE DATABASE",
  'GRANT pg_monitor',
  "SELECT format('REASSIGN OWNED",
  'ALTER SCHEMA "chat-server" OWNER',
  'ALTER DEFAULT PRIVILEGES',
];

let claim: string;
let pods: Pod[];

jest.setTimeout(120_000);
beforeAll(requireTools);

beforeEach(() => {
  claim = makeClaim();
  pods = [];
});

afterEach(async () => {
  await Promise.all(pods.map((pod) => pod.remove()));
  removeClaim(claim);
});

async function newPod(secret = password): Promise<Pod> {
  const pod = await postgresPod(claim, secret);
  pods.push(pod);
  return pod;
}

/** Kills initdb as soon as it has written a file. In memory it takes a fraction of a second, so each moment is looked at. */
async function killHalfway(pod: Pod, file: string): Promise<void> {
  const initialize = pod.start('initialize');
  const end = Date.now() + 60_000;
  while (!existsSync(file)) {
    if (Date.now() > end) throw new Error(`${file} was not written`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await initialize.kill();
}

async function readyPod(): Promise<Pod> {
  const pod = await startPostgres(claim, password);
  pods.push(pod);
  return pod;
}

async function expectService(pod: Pod): Promise<void> {
  const statements = 'CREATE TABLE IF NOT EXISTS proof (n int); INSERT INTO proof VALUES (1); SELECT max(n) FROM proof';
  expect((await asService(pod, password, statements)).output).toMatch(/INSERT 0 1\n1\n$/);
}

describe('a start that is killed half-way is repaired by the next one', () => {
  test.each(['PG_VERSION', 'base/4'])('initdb, when it has written %s', async (file) => {
    const first = await newPod();
    await killHalfway(first, join(claim, 'pgdata.unfinished', file));
    expect(readdirSync(claim)).toEqual(['pgdata.unfinished']);

    await expectService(await readyPod());
    expect(readdirSync(claim)).toEqual(['pgdata']);
  });

  test('all containers at once, at six statements of the first reconciliation', async () => {
    for (const statement of statements) {
      const pod = await newPod();
      await pod.initialize();
      const server = pod.start('postgres', loggingServer);
      pod.start('roles');
      await server.logged(statement);
      await pod.kill();
    }
    await expectService(await readyPod());
  });
});

test('an old volume with other roles and grants is reconciled like a new one', async () => {
  await makeOldCluster(await newPod());
  const pod = await readyPod();

  const rights = 'rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolvaliduntil';
  const role = await asSuperuser(pod, `SELECT ${rights} FROM pg_roles WHERE rolname = '${database.user}'`);
  expect(role).toBe('f|f|f|f|f|infinity');
  const memberships =
    'SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE member::regrole::text !~ \'^pg_\' ORDER BY roleid::regrole::text, member::regrole::text COLLATE "C" DESC';
  expect(await asSuperuser(pod, memberships)).toBe(
    [
      'pg_monitor|postgres_exporter',
      'pg_read_all_data|postgres_backup',
      'pg_signal_backend|postgres_backup',
      'veza_user|postgres_backup',
      'veza_user|"backend-api"',
    ].join('\n'),
  );
  const schema =
    "SELECT nspowner::regrole, has_schema_privilege('postgres_exporter', 'public', 'CREATE') FROM pg_namespace WHERE nspname = 'public'";
  expect(await asSuperuser(pod, schema, database.name)).toBe('pg_database_owner|f');

  await expectService(pod);
  expect((await asService(pod, password, 'SELECT title FROM tracks')).output).toBe('kept\n');
  expect((await asService(pod, 'old', 'SELECT 1')).output).toContain('password authentication failed');
  expect((await asService(pod, 'known', 'SELECT 1', 'user=admin')).output).toContain('no pg_hba.conf entry');
  expect(await scrape(pod, 9187)).toContain('\npg_up 1\n');
});

describe('behind the fence of a restore', () => {
  const refused = 'is not permitted to log in';

  test('no service writes: sessions end, and neither a new password nor a new pod lets the services log in', async () => {
    const pod = await readyPod();
    const session = asService(pod, password, 'SELECT pg_sleep(25)');
    await eventually('the session', 5, () => isAnySession(pod, "query ~ '^SELECT pg_sleep'"));
    await closeFence(pod);
    expect((await session).output).toContain('terminating connection due to administrator command');
    expect((await asService(pod, password, 'SELECT 1')).output).toContain(refused);

    pod.changeSecret('veza-secrets', passwordKeys('changed and long enough'));
    await eventually('the new password', 10, async () => {
      const { output } = await asService(pod, 'changed and long enough', 'SELECT 1');
      return !output.includes('password authentication failed');
    });
    expect((await asService(pod, 'changed and long enough', 'SELECT 1')).output).toContain(refused);
    expect(await pod.ready()).toBe(true);

    await pod.kill();
    const next = await readyPod();
    expect((await asService(next, password, 'SELECT 1')).output).toContain(refused);
    await closeFence(next);
    await openFence(next);
    await expectService(next);
    await openFence(next);
  });

  test('a reconciliation that began before it was closed does not open it again', async () => {
    const pod = await readyPod();
    const statement = "SELECT pg_sleep(25) FROM pg_advisory_lock(hashtext('roles'))";
    const reconciliation = asSuperuser(pod, statement);
    await eventually('the lock', 5, () => isAnySession(pod, "query ~ 'pg_sleep'"));
    pod.changeSecret('veza-secrets', passwordKeys('changed and long enough'));
    await eventually('the sidecar', 10, () => isAnySession(pod, "wait_event = 'advisory'"));
    const closed = closeFence(pod);
    await eventually('both', 10, async () => (await asSuperuser(pod, waiting)) === '2');
    await endSessions(pod, 'SELECT pg_sleep(25)');
    await Promise.all([reconciliation, closed]);
    await eventually('the new password', 10, async () => {
      const { output } = await asService(pod, 'changed and long enough', 'SELECT 1');
      return output.includes(refused);
    });
    expect((await asService(pod, 'changed and long enough', 'SELECT 1')).output).toContain(refused);
  });

  const waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'";
});

test('data survives a killed pod, and a volume whose directories were opened to the group', async () => {
  const first = await readyPod();
  await expectService(first);
  await first.kill();
  chmodSync(join(claim, 'pgdata'), 0o2770);

  const second = await readyPod();
  expect((await asService(second, password, 'SELECT n FROM proof')).output).toBe('1\n');
  expect(statSync(join(claim, 'pgdata')).mode & 0o777).toBe(0o700);
});

test('a directory with other content is left alone, and the pod does not start', async () => {
  mkdirSync(join(claim, 'pgdata'));
  writeFileSync(join(claim, 'pgdata', 'other-file'), 'precious');
  chownSync(join(claim, 'pgdata'), 10001, 10001);
  await expect((await newPod()).initialize()).rejects.toThrow('Directory not empty');
  expect(readdirSync(join(claim, 'pgdata'))).toEqual(['other-file']);
});

test('without any password the pod reports it and is not ready until there is one', async () => {
  const pod = await newPod('');
  pod.changeSecret('veza-secrets', {});
  await pod.startAll();
  await eventually('the report', 10, () =>
    pod.container('roles').log.includes('is empty or missing; set it in the Secret'),
  );
  await eventually('the server', 10, () => pod.probe('postgres', 'readinessProbe'));
  expect(await pod.probe('roles', 'readinessProbe')).toBe(false);
  pod.changeSecret('veza-secrets', passwordKeys(password));
  await eventually('ready', 10, () => pod.ready());
  await expectService(pod);
});

test('until the server answers, the pod is not ready, and its containers stay alive', async () => {
  const pod = await newPod();
  await pod.initialize();
  pod.start('roles');
  await eventually('the loop', 5, () => pod.probe('roles', 'startupProbe'));
  expect(await pod.probe('roles', 'readinessProbe')).toBe(false);
  expect(await pod.probe('roles', 'livenessProbe')).toBe(true);

  pod.start('postgres');
  await eventually('roles', 10, () => pod.probe('roles', 'readinessProbe'));
  await pod.container('postgres').signal('SIGSTOP');
  expect(await pod.probe('postgres', 'readinessProbe')).toBe(false);
  expect(await pod.probe('postgres', 'livenessProbe')).toBe(true);
  await pod.container('postgres').signal('SIGCONT');
  expect(await pod.probe('postgres', 'readinessProbe')).toBe(true);
});

describe('a server whose write-ahead log is damaged', () => {
  let site: BackupSite;

  beforeEach(async () => {
    site = await BackupSite.start();
  });

  afterEach(() => site.remove());

  test('crashes at every start; its data are set aside, and the backup is restored into a fresh server', async () => {
    const whole = await contents(site.postgres);
    const roles = await rolesOf(site.postgres);
    const backup = await site.create();
    await site.postgres.kill();
    corruptLog(site.data);
    const log = readdirSync(join(site.data, 'pgdata/pg_wal')).sort();

    const crashing = await postgresPod(site.data, sitePassword);
    pods.push(crashing);
    await crashing.initialize();
    const { code, output } = await crashing.start('postgres').end();
    expect(code).not.toBe(0);
    expect(output).toContain('could not locate a valid checkpoint record');

    const refused = await setAside(site.data, 'damaged-1', 2 ** 60);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(
      /^the volume has \d+ bytes free besides the damaged data, .*; enlarge the volume\n$/,
    );
    expect(readdirSync(site.data)).toEqual(['pgdata']);
    expect(await setAside(site.data, 'damaged-1', 2 ** 20)).toMatchObject({ code: 0 });
    expect(readdirSync(site.data)).toEqual(['pgdata.damaged-1']);

    const fresh = await startPostgres(site.data, sitePassword);
    pods.push(fresh);
    // An interrupted restore runs it again: that must cost neither the damaged data nor those of the fresh server.
    expect(await setAside(site.data, 'damaged-1', 2 ** 20)).toMatchObject({ code: 0 });
    expect(readdirSync(site.data).sort()).toEqual(['pgdata', 'pgdata.damaged-1']);
    expect(await restoreAll(site.backups, fresh, backup)).toMatchObject({ code: 0 });
    expect(await contents(fresh)).toBe(whole);
    expect(await rolesOf(fresh)).toBe(roles);
    expect((await asService(fresh, sitePassword, 'SELECT count(*) FROM tracks')).output).toBe('2000\n');
    expect(readdirSync(join(site.data, 'pgdata.damaged-1/pg_wal')).sort()).toEqual(log);
  });
});

/** Overwrites the write-ahead log with zeros, as a volume does that lost its last writes. */
function corruptLog(claim: string): void {
  const folder = join(claim, 'pgdata/pg_wal');
  for (const file of readdirSync(folder).filter((name) => /^[0-9A-F]{24}$/.test(name))) {
    writeFileSync(join(folder, file), Buffer.alloc(statSync(join(folder, file)).size));
  }
}

/** Runs the Job that sets data aside, as a restore into a fresh server does. */
async function setAside(volume: string, name: string, bytes: number): Promise<Outcome> {
  const manifests = postgresManifests();
  const set = {
    metadata: { name: 'postgres' },
    spec: { template: { spec: manifests.pod } },
  } as unknown as PostgresStatefulSet;
  const job = makeSetAsideJob(set, { name, bytes }, 'test').spec.template.spec as unknown as PodSpec;
  const pod = await Pod.create({
    manifests: { ...manifests, pod: job },
    secrets: secretsWith(sitePassword),
    claim: volume,
  });
  pods.push(pod);
  return pod.start('set-aside').end();
}
