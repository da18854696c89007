import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { database } from '../data/support/stores';
import {
  backupPod,
  copyCommand,
  fetchPod,
  lastLine,
  metrics,
  runBackup,
  startBackup,
  verified,
} from './support/backup';
import type { Container } from './support/container';
import { run } from './support/container';
import { contents, damage, fill, rolesOf } from './support/contents';
import type { Pod } from './support/pod';
import { asService, asSuperuser, makeClaim, removeClaim, startPostgres } from './support/postgres';
import { eventually, requireTools } from './support/tools';

const password = 'secret';
const files = ['SHA256SUMS', 'database.dump', 'database.sql', 'record.json', 'roles.sql', 'tables'];

let claims: string[];
let backups: string;
let postgres: Pod;

jest.setTimeout(180_000);

beforeAll(async () => {
  requireTools();
  claims = [makeClaim(), makeClaim()];
  backups = claims[1] ?? '';
  postgres = await startPostgres(claims[0] ?? '', password);
  await fill(postgres);
});

afterAll(async () => {
  await postgres?.remove();
  for (const claim of claims) removeClaim(claim);
});

/** Restores what all tests begin with: no backup, and the database as it was filled. */
async function create(): Promise<string> {
  const outcome = await runBackup(backups, postgres, 'create');
  expect(outcome).toMatchObject({ code: 0 });
  return verified(backups).at(-1) ?? '';
}

const databases = (pod = postgres) =>
  asSuperuser(
    pod,
    "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname !~ '^template|^postgres$'",
  );

async function dropOld(): Promise<void> {
  const old = (await databases()).split(' ').filter((name) => name.includes('_before_'));
  for (const name of old) await asSuperuser(postgres, `DROP DATABASE ${name}`);
}

function path(name: string, file = ''): string {
  return join(backups, 'verified', name, file);
}

/** Writes the checksums of a backup anew, as for one that was damaged before it was written. */
function resum(name: string): void {
  const sums = files.slice(1).map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(path(name, file)))
        .digest('hex')}  ${file}\n`,
  );
  writeFileSync(path(name, 'SHA256SUMS'), sums.join(''));
}

let good: string;

describe('a backup', () => {
  test('is made, verified, recorded and told of', async () => {
    const pod = await backupPod('postgres-backup', backups, postgres);
    const outcome = await startBackup(pod, 'create').end();
    [good = ''] = verified(backups);
    const record = JSON.parse(lastLine(outcome));
    expect(outcome.output).toBe(`${lastLine(outcome)}\n`);
    expect(pod.terminationMessage).toBe(outcome.output);
    expect(readFileSync(path(good, 'record.json'), 'utf8')).toBe(outcome.output);
    expect(good).toMatch(/^\d{8}T\d{6}Z$/);
    expect(record).toEqual({
      name: good,
      finished: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      bytes: readFileSync(path(good, 'database.dump')).length,
      databaseBytes: expect.any(Number),
      seconds: expect.any(Number),
      tables: 4,
      rows: 2006,
    });
    expect(readFileSync(path(good, 'tables'), 'utf8')).toBe(
      'archive.old\t1\npublic."Odd Name"\t1\npublic.tracks\t2000\npublic.types\t4\nlarge objects\t1\n',
    );
    expect(metrics(backups)).toEqual({
      postgres_backup_last_attempt_timestamp_seconds: Date.parse(record.finished) / 1000 - record.seconds,
      postgres_backup_last_attempt_success: 1,
      postgres_backup_last_success_timestamp_seconds: Date.parse(record.finished) / 1000,
      postgres_backup_size_bytes: record.bytes,
      postgres_backup_database_size_bytes: record.databaseBytes,
      postgres_backup_duration_seconds: record.seconds,
    });
    expect(readdirSync(path(good)).sort()).toEqual(files);
    expect(existsSync(join(backups, 'unfinished'))).toBe(false);
    await pod.remove();
  });

  test('is listed and checked, and its roles are told without a password', async () => {
    const record = readFileSync(path(good, 'record.json'), 'utf8');
    expect(await runBackup(backups, postgres, 'list')).toEqual({ code: 0, output: record });
    expect(await runBackup(backups, postgres, 'check', good)).toEqual({ code: 0, output: record });
    const { output } = await runBackup(backups, postgres, 'roles', good);
    expect(output).toContain('CREATE ROLE reporter;');
    expect(output).not.toMatch(/PASSWORD|SCRAM/);
  });

  test.each([
    [[], 'backup.sh: name a verb: create, list, check, restore or roles'],
    [['remove'], 'backup.sh remove: is not a verb; use create, list, check, restore or roles'],
    [['restore'], 'backup.sh restore: takes the name of one backup'],
    [['create', 'x'], 'backup.sh create: takes no argument'],
    [
      ['check', '../verified'],
      'backup.sh check: ../verified: there is no such backup; the verb list shows those that are',
    ],
  ])('%j is refused', async (args, message) => {
    expect(await runBackup(backups, postgres, ...args)).toEqual({ code: 1, output: `${message}\n` });
  });
});

describe('a restore', () => {
  afterEach(dropOld);

  test('brings data, grants and settings back, and keeps the damaged database', async () => {
    const before = await contents(postgres);
    await damage(postgres);
    expect(await contents(postgres)).not.toEqual(before);
    const previous = `${database.name}_before_${good.toLowerCase()}`;
    expect(await runBackup(backups, postgres, 'restore', good)).toEqual({
      code: 0,
      output: `{"database":"${database.name}","previous":"${previous}"}\n`,
    });
    expect(await contents(postgres)).toEqual(before);
    expect(await databases()).toBe(`${database.name} ${previous}`);
    expect(await asSuperuser(postgres, 'SELECT count(*) FROM tracks', previous)).toBe('10');
    // The services' role does all that it did, and with the same objects.
    const statements = "INSERT INTO tracks (title) VALUES ('new'); DELETE FROM tracks WHERE title = 'new'";
    expect(await asService(postgres, password, statements)).toEqual({ code: 0, output: 'INSERT 0 1\nDELETE 1\n' });
    await asSuperuser(postgres, "SELECT setval('tracks_id_seq', 2000)", database.name);
  });

  test('happens while somebody is connected, who is turned out', async () => {
    const client = asService(postgres, password, 'SELECT pg_sleep(25)');
    await eventually(
      'the client',
      5,
      async () =>
        (await asSuperuser(postgres, "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'")) === '1',
    );
    expect(await runBackup(backups, postgres, 'restore', good)).toMatchObject({ code: 0 });
    expect((await client).output).toContain('terminating connection due to administrator command');
  });

  test('of a second time keeps another database', async () => {
    for (const number of ['', '_2', '_3']) {
      const outcome = await runBackup(backups, postgres, 'restore', good);
      expect(JSON.parse(lastLine(outcome)).previous).toBe(`${database.name}_before_${good.toLowerCase()}${number}`);
    }
  });

  test('into an empty cluster brings back everything, roles included', async () => {
    const claim = makeClaim();
    const before = [await contents(postgres), await rolesOf(postgres)];
    const roles = await runBackup(backups, postgres, 'roles', good);
    const fresh = await startPostgres(claim, 'another');
    try {
      const restored = await fresh
        .container('roles')
        .exec(['sh', '-c', `printf %s "$0" | sh /etc/postgres/restore-roles.sh`, roles.output]);
      expect(restored).toEqual({ code: 0, output: '' });
      expect(await runBackup(backups, fresh, 'restore', good)).toMatchObject({ code: 0 });
      expect(
        (await fresh.container('roles').exec(['sh', '-c', 'sh /etc/postgres/restore-roles.sh </dev/null'])).code,
      ).toBe(0);
      expect([await contents(fresh), await rolesOf(fresh)]).toEqual(before);
      expect((await asService(fresh, 'another', 'SELECT count(*) FROM tracks')).output).toBe('2000\n');
      await asSuperuser(fresh, `DROP DATABASE ${database.name}`);
      await asSuperuser(fresh, `DROP DATABASE ${database.name}_before_${good.toLowerCase()}`);
      expect(lastLine(await runBackup(backups, fresh, 'restore', good))).toBe(
        `{"database":"${database.name}","previous":null}`,
      );
    } finally {
      await fresh.remove();
      removeClaim(claim);
    }
  });

  const damages: readonly (readonly [string, (name: string) => void, string])[] = [
    ['a truncated dump', (name) => truncateSync(path(name, 'database.dump'), 2000), 'is damaged: '],
    ['a flipped bit', (name) => flip(path(name, 'database.dump'), 3000), 'is damaged: '],
    ['a missing file', (name) => rmSync(path(name, 'tables')), 'is damaged: '],
    [
      'a line less in the checksums',
      (name) => writeFileSync(path(name, 'SHA256SUMS'), ''),
      ': its list of checksums is not whole',
    ],
    [
      'a dump that was damaged before its checksums were made',
      (name) => {
        truncateSync(path(name, 'database.dump'), 9000);
        resum(name);
      },
      `restoring into ${database.name}_restoring: `,
    ],
    [
      'rows that are not there',
      (name) => {
        writeFileSync(path(name, 'tables'), 'public.tracks\t2001\n');
        resum(name);
      },
      'has not the rows that were saved: ',
    ],
  ];

  test.each(damages)('of %s is refused, and the old data is still there', async (_, harm, message) => {
    const before = await contents(postgres);
    const name = '20200101T000000Z';
    cpSync(path(good), path(name), { recursive: true });
    harm(name);
    const outcome = await runBackup(backups, postgres, 'restore', name);
    rmSync(path(name), { recursive: true });
    expect(outcome.code).toBe(1);
    expect(lastLine(outcome)).toContain(message);
    expect(await contents(postgres)).toEqual(before);
    expect(await databases()).toBe(database.name);
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Statements of a restore in their order, as the server logs each just before it executes it. */
const points = [
  'CREATE DATABASE',
  'COPY public.tracks',
  'REVOKE ALL ON DATABASE',
  'FROM ONLY public',
  'ANALYZE',
  'ALTER DATABASE',
];

describe('a restore that ends half-way', () => {
  beforeAll(() => logStatements('all'));
  afterAll(() => logStatements('none'));

  test.each(
    points.flatMap(
      (point) =>
        [
          [point, 'SIGKILL'],
          [point, 'SIGTERM'],
        ] as const,
    ),
  )('at %s by %s is repeatable', async (point, signal) => {
    const before = await contents(postgres);
    const pod = await backupPod('postgres-backup', backups, postgres);
    await interrupt(startBackup(pod, 'restore', good), point, signal);
    await pod.remove();
    if (signal === 'SIGTERM') expect(await databases()).not.toContain('_restoring');
    expect(await contents(postgres)).toEqual(before);
    expect(await runBackup(backups, postgres, 'restore', good)).toMatchObject({ code: 0 });
    expect(await contents(postgres)).toEqual(before);
    await dropOld();
    expect(await databases()).toBe(database.name);
  });
});

async function logStatements(which: string): Promise<void> {
  await asSuperuser(postgres, `ALTER SYSTEM SET log_statement = '${which}'`);
  await asSuperuser(postgres, 'SELECT pg_reload_conf()');
}

/** Ends a container when the server has logged a statement, and tells how quickly it went. */
async function interrupt(container: Container, point: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const { length } = postgres.container('postgres').log;
  await eventually(
    point,
    20,
    () => postgres.container('postgres').log.slice(length).includes(point) || !container.running,
  );
  if (signal === 'SIGKILL') await container.kill();
  else if (container.running) {
    const begun = Date.now();
    const outcome = await container.stop('SIGTERM');
    expect(Date.now() - begun).toBeLessThan(5000);
    if (outcome.code !== 0) expect(lastLine(outcome)).toContain(' stopped by a signal before it was done');
  }
}

describe('a backup that does not come to its end', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)('leaves nothing that counts, killed by %s', async (signal) => {
    for (const file of ['roles.sql', 'database.dump', 'scratch/postmaster.pid']) {
      const pod = await backupPod('postgres-backup', backups, postgres);
      const container = startBackup(pod, 'create');
      const made = file.startsWith('scratch') ? file : '';
      await eventually(file, 20, () => {
        const [name = ''] = existsSync(join(backups, 'unfinished'))
          ? readdirSync(join(backups, 'unfinished')).filter((entry) => /^\d/.test(entry))
          : [];
        return existsSync(join(backups, 'unfinished', made || join(name, file)));
      });
      if (signal === 'SIGKILL') await container.kill();
      else {
        const begun = Date.now();
        expect(await container.stop(signal)).toEqual({
          code: 1,
          output: 'backup.sh create: stopped by a signal before it was done\n',
        });
        expect(Date.now() - begun).toBeLessThan(5000);
        expect(metrics(backups)).toMatchObject({ postgres_backup_last_attempt_success: 0 });
        expect(existsSync(join(backups, 'unfinished'))).toBe(false);
      }
      await pod.remove();
      expect(verified(backups)).toEqual([good]);
    }
    await create();
    expect(existsSync(join(backups, 'unfinished'))).toBe(false);
    rmSync(path(verified(backups).at(-1) ?? ''), { recursive: true });
  });

  test('fails when it cannot be restored, says why, and keeps the earlier ones', async () => {
    // Only a superuser may make this extension, and no restore is one.
    await asSuperuser(postgres, 'CREATE EXTENSION pg_stat_statements', database.name);
    const outcome = await runBackup(backups, postgres, 'create');
    await asSuperuser(postgres, 'DROP EXTENSION pg_stat_statements', database.name);
    expect(outcome.code).toBe(1);
    expect(lastLine(outcome)).toMatch(
      /^backup\.sh create: restoring into veza_production: .*permission denied to create extension "pg_stat_statements"$/,
    );
    expect(verified(backups)).toEqual([good]);
    expect(metrics(backups)).toMatchObject({
      postgres_backup_last_attempt_success: 0,
      postgres_backup_size_bytes: expect.any(Number),
    });
  });

  test('fails on a full volume before and while it writes, and keeps the earlier ones', async () => {
    const small = makeClaim();
    try {
      await run(['mount', '-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', small]);
      mkdirSync(join(small, 'verified'));
      cpSync(path(good), join(small, 'verified', good), { recursive: true });
      await run(['chown', '-R', '10005:10005', join(small, 'verified')]);
      const outcome = await runBackup(small, postgres, 'create');
      expect(outcome.code).toBe(1);
      expect(lastLine(outcome)).toMatch(
        /^backup\.sh create: the volume has \d+ bytes left and needs \d+ for a database of \d+; enlarge it or keep fewer days$/,
      );
      expect(verified(small)).toEqual([good]);
      expect(metrics(small)).toMatchObject({ postgres_backup_last_attempt_success: 0 });
      expect((await runBackup(small, postgres, 'check', good)).code).toBe(0);
    } finally {
      await run(['umount', small]);
      removeClaim(small);
    }
  });

  test('waits for another one to end', async () => {
    const pod = await backupPod('postgres-backup', backups, postgres);
    const [first, second] = [startBackup(pod, 'create'), await backupPod('postgres-backup', backups, postgres)];
    await eventually('the first at work', 10, () => existsSync(join(backups, 'unfinished')));
    const outcomes = await Promise.all([first.end(), startBackup(second, 'create').end()]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(verified(backups)).toHaveLength(3);
    await Promise.all([pod.remove(), second.remove()]);
  });
});

test('backups older than they are kept go, and the youngest stays', async () => {
  for (const name of verified(backups)) if (name !== good) rmSync(path(name), { recursive: true });
  cpSync(path(good), path('20190101T000000Z'), { recursive: true });
  await run(['chown', '-R', '10005:10005', path('20190101T000000Z')]);
  renameSync(path(good), path('20200101T000000Z'));
  const refused = await asSuperuser(postgres, 'ALTER ROLE postgres_backup NOLOGIN').then(() =>
    runBackup(backups, postgres, 'create'),
  );
  await asSuperuser(postgres, 'ALTER ROLE postgres_backup LOGIN');
  expect(lastLine(refused)).toContain('role "postgres_backup" is not permitted to log in');
  expect(verified(backups)).toEqual(['20190101T000000Z', '20200101T000000Z']);
  good = await create();
  expect(verified(backups)).toEqual([good]);
});

test("the role's password changes with its Secret, without a restart", async () => {
  const started = await asSuperuser(postgres, 'SELECT pg_postmaster_start_time()');
  postgres.changeSecret('veza-backup-secrets', { BACKUP_PASSWORD: 'next' });
  const secrets = {
    'veza-backup-secrets': { BACKUP_PASSWORD: 'next', BACKUP_ACCESS_KEY_ID: '', BACKUP_SECRET_ACCESS_KEY: '' },
  };
  const pod = await backupPod('postgres-backup', backups, postgres, secrets);
  await eventually('the new password in force', 10, async () => (await startBackup(pod, 'create').end()).code === 0);
  await pod.remove();
  expect(lastLine(await runBackup(backups, postgres, 'create'))).toContain(
    'password authentication failed for user "postgres_backup"',
  );
  expect(await asSuperuser(postgres, 'SELECT pg_postmaster_start_time()')).toBe(started);
});

test('Prometheus is told by the pod that holds the volume', async () => {
  const pod = await backupPod('postgres-backup-store', backups, postgres);
  await pod.startAll();
  await eventually('ready', 10, () => pod.ready());
  const { output } = await pod.client([
    process.execPath,
    '-e',
    "fetch('http://127.0.0.2:9100/metrics').then((a) => a.text()).then(console.log)",
  ]);
  const told = Object.fromEntries(
    (output.match(/^postgres_backup_\w+ .*$/gm) ?? [])
      .map((line) => line.split(' '))
      .map(([name, value]) => [name, Number(value)]),
  );
  expect(told).toEqual(metrics(backups));
  expect(Object.keys(told)).toHaveLength(6);
  await pod.remove();
});

describe('the copy', () => {
  function copy(pod: Pod, ...args: readonly string[]) {
    return pod.start('copy', ['sh', '-c', 'cd /tmp && exec "$@"', 'copy', ...copyCommand(...args)]).end();
  }

  test('cannot write the volume, and has the credentials of the bucket alone', async () => {
    const pod = await backupPod('postgres-backup-copy', backups, postgres);
    const { output } = await pod.start('copy', ['sh', '-c', 'touch /backups/verified/x; env | grep KEY']).end();
    expect(output).toMatch(
      /Read-only file system\nRCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID=id\nRCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY=key\n$/,
    );
    await pod.remove();
  });

  test('takes backups away, never overwrites one, and brings one back', async () => {
    const pod = await fetchPod(backups, postgres);
    const names = verified(backups);
    expect(await copy(pod)).toMatchObject({ code: 0 });
    const listed = await copy(pod, 'lsf', 'offsite:veza-backups/test');
    expect(listed.output.match(/^\d{8}T.*$/gm)).toEqual(names.map((name) => `${name}/`));
    expect(await copy(pod)).toMatchObject({ code: 0 });

    flip(path(good, 'database.dump'), 3000);
    const refused = await copy(pod);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('immutable file modified');

    const record = readFileSync(path(good, 'record.json'), 'utf8');
    rmSync(path(good), { recursive: true });
    const fetched = await copy(
      pod,
      'copy',
      '--immutable',
      `offsite:veza-backups/test/${good}`,
      `/backups/verified/${good}`,
    );
    expect(fetched).toMatchObject({ code: 0 });
    await pod.remove();
    expect(await runBackup(backups, postgres, 'check', good)).toEqual({ code: 0, output: record });
  });
});

describe("the backup's role", () => {
  const asBackup = (statement: string, options = '') =>
    asService(postgres, 'next', statement, `user=postgres_backup ${options}`);

  test.each([
    ['CREATE ROLE other', 'permission denied to create role'],
    ['ALTER ROLE veza_user SUPERUSER', 'must be superuser to alter superuser roles or change superuser attribute'],
    ["COPY (SELECT 1) TO PROGRAM 'true'", 'must be superuser or have privileges of the pg_execute_server_program role'],
    ["SELECT pg_read_file('/etc/passwd')", 'permission denied for function pg_read_file'],
    ["UPDATE pg_authid SET rolsuper = true WHERE rolname = 'postgres_backup'", 'permission denied for table pg_authid'],
  ])('is refused %s', async (statement, message) => {
    expect((await asBackup(statement)).output).toContain(message);
  });

  test('is refused without encryption', async () => {
    expect((await asBackup('SELECT 1', 'sslmode=disable')).output).toContain('no pg_hba.conf entry');
  });

  test("is not the services', who lose it and every server role at the next reconciliation", async () => {
    expect((await asService(postgres, password, 'SET ROLE postgres_backup')).output).toContain(
      'permission denied to set role',
    );
    await asSuperuser(postgres, 'REVOKE veza_user FROM postgres_backup');
    await asSuperuser(postgres, 'GRANT postgres_backup, pg_write_server_files TO veza_user');
    await asSuperuser(postgres, 'GRANT pg_write_server_files TO postgres_backup');
    await postgres.container('roles').exec(['sh', '-c', 'sh /etc/postgres/restore-roles.sh </dev/null']);
    const members =
      "SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE member::regrole::text IN ('veza_user', 'postgres_backup') ORDER BY roleid::regrole::text";
    expect(await asSuperuser(postgres, members)).toBe(
      'pg_read_all_data|postgres_backup\npg_signal_backend|postgres_backup\nveza_user|postgres_backup',
    );
  });
});
