import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { database } from '../constructs/postgres/support/stores';
import { backupPod, kept, lastLine, metrics, restoreRoles, runBackup, startBackup } from './support/backup';
import { BackupSite, files, password } from './support/backup-site';
import { makeClaim, removeClaim } from './support/claims';
import { run } from './support/container';
import { asService, asSuperuser, endSessions, isAnySession } from './support/postgres';
import { scrape } from './support/scrape';
import { eventually } from './support/tools';

let site: BackupSite;
let good: string;

jest.setTimeout(180_000);

beforeAll(async () => {
  site = await BackupSite.start();
});

afterAll(() => site?.remove());

describe('a backup', () => {
  test('is made, verified, recorded and measured', async () => {
    const pod = await backupPod('postgres-backup', site.backups, site.postgres);
    const outcome = await startBackup(pod, 'create').end();
    [good = ''] = kept(site.backups);
    expect(lastLine(outcome)).toMatch(/^\{/);
    const record = JSON.parse(lastLine(outcome));
    expect(outcome.output).toBe(`${lastLine(outcome)}\n`);
    expect(pod.terminationMessage).toBe(outcome.output);
    expect(readFileSync(site.path(good, 'record.json'), 'utf8')).toBe(outcome.output);
    expect(good).toMatch(/^\d{8}T\d{6}Z$/);
    expect(record).toEqual({
      name: good,
      finished: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      bytes: readFileSync(site.path(good, 'database.dump')).length,
      databaseBytes: expect.any(Number),
      seconds: expect.any(Number),
      tables: 4,
      rows: 2006,
      verified: true,
      reason: '',
      missing: [],
    });
    expect(readFileSync(site.path(good, 'tables'), 'utf8')).toBe(
      'archive.old\t1\npublic."Odd Name"\t1\npublic.tracks\t2000\npublic.types\t4\nlarge objects\t1\n',
    );
    expect(metrics(site.backups)).toEqual({
      postgres_backup_last_attempt_timestamp_seconds: Date.parse(record.finished) / 1000 - record.seconds,
      postgres_backup_last_attempt_success: 1,
      postgres_backup_unverified: 0,
      postgres_backup_future: 0,
      postgres_backup_last_success_timestamp_seconds: Date.parse(record.finished) / 1000,
      postgres_backup_size_bytes: record.bytes,
      postgres_backup_database_size_bytes: record.databaseBytes,
      postgres_backup_duration_seconds: record.seconds,
    });
    expect(readdirSync(site.path(good)).sort()).toEqual(files);
    expect(existsSync(join(site.backups, 'unfinished'))).toBe(false);
    await pod.remove();
  });

  test('is listed and checked, and its roles are printed without a password', async () => {
    const record = readFileSync(site.path(good, 'record.json'), 'utf8');
    expect(await runBackup(site.backups, site.postgres, 'list')).toEqual({ code: 0, output: record });
    expect(await runBackup(site.backups, site.postgres, 'check', good)).toEqual({ code: 0, output: record });
    const { output } = await runBackup(site.backups, site.postgres, 'roles', good);
    expect(output).toContain('"name": "reporter"');
    expect(output).not.toMatch(/PASSWORD|SCRAM/);
  });

  test.each([
    [[], 'backup.sh: name a verb: create, list, check, import, restore or roles'],
    [['remove'], 'backup.sh remove: is not a verb; use create, list, check, import, restore or roles'],
    [['restore'], 'backup.sh restore: takes the name of one backup'],
    [['create', 'x'], 'backup.sh create: takes no argument'],
    [
      ['check', '../complete'],
      'backup.sh check: ../complete is not the name of a backup; the verb list prints those that exist',
    ],
  ])('%j is refused', async (args, message) => {
    expect(await runBackup(site.backups, site.postgres, ...args)).toEqual({ code: 1, output: `${message}\n` });
  });
});

describe('a backup that does not finish', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)('leaves nothing that counts as a backup, killed by %s', async (signal) => {
    for (const file of ['roles.json', 'database.dump', 'verification-server/postmaster.pid']) {
      const pod = await backupPod('postgres-backup', site.backups, site.postgres);
      const container = startBackup(pod, 'create');
      const made = file.startsWith('verification-server') ? file : '';
      await eventually(file, 20, () => {
        const [name = ''] = existsSync(join(site.backups, 'unfinished'))
          ? readdirSync(join(site.backups, 'unfinished')).filter((entry) => /^\d/.test(entry))
          : [];
        return existsSync(join(site.backups, 'unfinished', made || join(name, file)));
      });
      if (signal === 'SIGKILL') await container.kill();
      else {
        const start = Date.now();
        expect(await container.stop(signal)).toEqual({
          code: 1,
          output: 'backup.sh create: stopped by a signal before it was done\n',
        });
        expect(Date.now() - start).toBeLessThan(5000);
        expect(metrics(site.backups)).toMatchObject({ postgres_backup_last_attempt_success: 0 });
        expect(existsSync(join(site.backups, 'unfinished'))).toBe(false);
      }
      await pod.remove();
      expect(kept(site.backups)).toEqual([good]);
    }
    await site.create();
    expect(existsSync(join(site.backups, 'unfinished'))).toBe(false);
    rmSync(site.path(kept(site.backups).at(-1) ?? ''), { recursive: true });
  });

  test('fails on a full volume before it starts, and keeps backups that are not too old', async () => {
    await onVolume('100m', async (small) => {
      await site.duplicate(good, join(small, 'complete', good));
      const outcome = await runBackup(small, site.postgres, 'create');
      expect(outcome.code).toBe(1);
      expect(lastLine(outcome)).toMatch(
        /^backup\.sh create: the volume has \d+ bytes left and needs \d+ for a database of \d+; enlarge it or keep fewer days$/,
      );
      expect(kept(small)).toEqual([good]);
      expect(metrics(small)).toMatchObject({ postgres_backup_last_attempt_success: 0 });
      expect((await runBackup(small, site.postgres, 'check', good)).code).toBe(0);
    });
  });

  test('replaces backups that are too old on a full volume', async () => {
    await onVolume('450m', async (small) => {
      for (const name of ['20190101T000000Z', good]) await site.duplicate(good, join(small, 'complete', name));
      writeFileSync(join(small, 'complete/20190101T000000Z/large'), Buffer.alloc(250 * 2 ** 20));
      await run(['chown', '-R', '10005:10005', join(small, 'complete')]);
      expect(await runBackup(small, site.postgres, 'create')).toMatchObject({ code: 0 });
      expect(kept(small)).toEqual([good, expect.any(String)]);
    });
  });

  test.each([
    ['dumps, and keeps nothing of it', 16 * 1024, 'dumping veza_production: ', []],
    ['restores, and keeps the dump', 4 * 2 ** 20, 'making the verification server: ', [expect.any(String)]],
  ])('fails on a volume that becomes full while it %s', async (_, left, step, added) => {
    await onVolume('350m', async (small) => {
      await site.duplicate(good, join(small, 'complete', good));
      // It has asked for the space already when it waits for this table.
      const lock = asSuperuser(
        site.postgres,
        'BEGIN; LOCK TABLE tracks IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(25)',
        database.name,
      );
      const pod = await backupPod('postgres-backup', small, site.postgres);
      const backup = startBackup(pod, 'create');
      await eventually('the backup at the table', 10, () => isAnySession(site.postgres, "wait_event_type = 'Lock'"));
      const { bavail, bsize } = statfsSync(small);
      writeFileSync(join(small, 'large'), Buffer.alloc(bavail * bsize - left));
      await endSessions(site.postgres, 'BEGIN; LOCK TABLE');
      const outcome = await backup.end();
      await lock;
      await pod.remove();
      expect(outcome.code).toBe(1);
      expect(lastLine(outcome)).toContain(step);
      expect(lastLine(outcome)).toContain('No space left on device');
      expect(readdirSync(small).sort()).toEqual(['complete', 'large', 'lock', 'metrics']);
      expect(kept(small)).toEqual([good, ...added]);
      expect(metrics(small)).toMatchObject({
        postgres_backup_last_attempt_success: 0,
        postgres_backup_unverified: added.length,
      });
      for (const name of kept(small)) expect((await runBackup(small, site.postgres, 'check', name)).code).toBe(0);
    });
  });

  test('waits for another one to finish', async () => {
    const pod = await backupPod('postgres-backup', site.backups, site.postgres);
    const second = await backupPod('postgres-backup', site.backups, site.postgres);
    const first = startBackup(pod, 'create');
    await eventually('the first at work', 10, () => existsSync(join(site.backups, 'unfinished')));
    const outcomes = await Promise.all([first.end(), startBackup(second, 'create').end()]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(kept(site.backups)).toHaveLength(3);
    await Promise.all([pod.remove(), second.remove()]);
  });
});

/** Works on a volume of its own size. */
async function onVolume(size: string, work: (volume: string) => Promise<void>): Promise<void> {
  const volume = makeClaim();
  await run(['mount', '-o', `remount,size=${size}`, volume]);
  try {
    mkdirSync(join(volume, 'complete'));
    await run(['chown', '10005:10005', join(volume, 'complete')]);
    await work(volume);
  } finally {
    removeClaim(volume);
  }
}

describe('backups that are kept:', () => {
  const day = 86_400_000;
  const nameAt = (days: number) => `${new Date(Date.now() + days * day).toISOString().replace(/\.\d+|[-:]/g, '')}`;

  beforeEach(async () => {
    for (const name of kept(site.backups)) if (name !== good) rmSync(site.path(name), { recursive: true });
  });

  test('as many of the newest as days are kept, even if they seem old because a clock was 400 days ahead', async () => {
    const names = Array.from({ length: 16 }, (_, number) => nameAt(number - 420));
    for (const name of names) await site.duplicate(good, site.path(name));
    await asSuperuser(site.postgres, 'ALTER ROLE postgres_backup NOLOGIN');
    const refused = await runBackup(site.backups, site.postgres, 'create');
    await asSuperuser(site.postgres, 'ALTER ROLE postgres_backup LOGIN');
    expect(lastLine(refused)).toContain('role "postgres_backup" is not permitted to log in');
    expect(kept(site.backups)).toEqual([...names, good]);
    const { keepDays } = database.backup;
    const made = await site.create();
    expect(kept(site.backups)).toEqual([...names, good, made].slice(-keepDays));
  });

  test('none whose name is in the future; these are reported and not counted', async () => {
    const future = nameAt(400);
    await site.duplicate(good, site.path(future));
    const record = site.path(future, 'record.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace(/(?<="finished":"\d*)\d(?=-)/, '9'));
    site.resum(future);
    const outcome = await runBackup(site.backups, site.postgres, 'create');
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.output).toContain(`backup.sh create: names in the future: ${future}; a clock was or is wrong: `);
    const made = JSON.parse(lastLine(outcome));
    expect(kept(site.backups)).toEqual([good, made.name, future]);
    expect(metrics(site.backups)).toMatchObject({
      postgres_backup_future: 1,
      postgres_backup_unverified: 0,
      postgres_backup_last_success_timestamp_seconds: Date.parse(made.finished) / 1000,
    });
    rmSync(site.path(future), { recursive: true });
  });

  test('all that there are, when the clock of the node is wrong: then none is made', async () => {
    const before = kept(site.backups);
    for (const days of [400, -400]) {
      const pod = await backupPod('postgres-backup', site.backups, site.postgres);
      const ahead = `date() { if [ "$*" = '-u +%s' ]; then echo $(($(command date +%s) + ${days * 86_400})); else command date "$@"; fi; }`;
      const script = `${ahead}; export -f date; exec bash /etc/postgres-backup/backup.sh create`;
      const outcome = await pod.start('backup', ['bash', '-c', script]).end();
      await pod.remove();
      expect(outcome.code).toBe(1);
      expect(lastLine(outcome)).toMatch(
        /the clock of the database server differs from the clock of this node by -?\d+ seconds; correct the wrong one$/,
      );
      expect(kept(site.backups)).toEqual(before);
    }
  });

  test('those that an earlier release kept in another folder', async () => {
    renameSync(join(site.backups, 'complete'), join(site.backups, 'verified'));
    const { output } = await runBackup(site.backups, site.postgres, 'list');
    expect(output).toContain(good);
    expect(kept(site.backups)).toContain(good);
  });
});

test("the role's password changes with its Secret, without a restart", async () => {
  const started = await asSuperuser(site.postgres, 'SELECT pg_postmaster_start_time()');
  site.postgres.changeSecret('veza-backup-secrets', { BACKUP_PASSWORD: 'the next one, as long' });
  const secrets = {
    'veza-backup-secrets': {
      BACKUP_PASSWORD: 'the next one, as long',
      BACKUP_ACCESS_KEY_ID: '',
      BACKUP_SECRET_ACCESS_KEY: '',
    },
  };
  const pod = await backupPod('postgres-backup', site.backups, site.postgres, secrets);
  await eventually('the new password in force', 10, async () => (await startBackup(pod, 'create').end()).code === 0);
  await pod.remove();
  expect(lastLine(await runBackup(site.backups, site.postgres, 'create'))).toContain(
    'password authentication failed for user "postgres_backup"',
  );
  expect(await asSuperuser(site.postgres, 'SELECT pg_postmaster_start_time()')).toBe(started);
});

test('Prometheus scrapes the pod that mounts the volume', async () => {
  const pod = await backupPod('postgres-backup-store', site.backups, site.postgres);
  await pod.startAll();
  await eventually('ready', 10, () => pod.ready());
  const output = await scrape(pod, 9100);
  const scraped = Object.fromEntries(
    (output.match(/^postgres_backup_\w+ .*$/gm) ?? [])
      .map((line) => line.split(' '))
      .map(([name, value]) => [name, Number(value)]),
  );
  expect(scraped).toEqual(metrics(site.backups));
  expect(Object.keys(scraped)).toHaveLength(8);
  // What listens to the network sees no dump.
  const { output: seen } = await pod
    .container('metrics')
    .exec(['find', '/backups', '-name', '*.prom', '-o', '-name', '*.dump']);
  expect(seen).toBe('/backups/metrics/backup.prom\n');
  await pod.remove();
});

describe("the backup's role", () => {
  const asBackup = (statement: string, options = '') =>
    asService(site.postgres, 'the next one, as long', statement, `user=postgres_backup ${options}`);

  test.each([
    ['CREATE ROLE other', 'permission denied to create role'],
    ['ALTER ROLE veza_user SUPERUSER', 'must be superuser to alter superuser roles or change superuser attribute'],
    ["COPY (SELECT 1) TO PROGRAM 'true'", 'must be superuser or have privileges of the pg_execute_server_program role'],
    ["SELECT pg_read_file('/etc/passwd')", 'permission denied for function pg_read_file'],
    ["UPDATE pg_authid SET rolsuper = true WHERE rolname = 'postgres_backup'", 'permission denied for table pg_authid'],
  ])('is refused %s', async (statement, message) => {
    expect((await asBackup(statement)).output).toContain(message);
  });

  test('is not blocked for long by the session of a lost node', async () => {
    const pod = await backupPod('postgres-backup', site.backups, site.postgres);
    const outcome = await pod
      .start('backup', [
        'sh',
        '-c',
        'PGPASSWORD="the next one, as long" psql -XAt -d veza_production -c "SHOW tcp_user_timeout"',
      ])
      .end();
    expect(outcome).toEqual({ code: 0, output: '90000\n' });
    await pod.remove();
  });

  test('is refused without encryption', async () => {
    expect((await asBackup('SELECT 1', 'sslmode=disable')).output).toContain('no pg_hba.conf entry');
  });

  test("is revoked from the services' role, like every server role, at the next reconciliation", async () => {
    expect((await asService(site.postgres, password, 'SET ROLE postgres_backup')).output).toContain(
      'permission denied to set role',
    );
    await asSuperuser(site.postgres, 'REVOKE veza_user FROM postgres_backup');
    await asSuperuser(site.postgres, 'GRANT postgres_backup, pg_write_server_files TO veza_user');
    await asSuperuser(
      site.postgres,
      'CREATE ROLE between; GRANT pg_write_server_files TO between; GRANT between TO veza_user',
    );
    await asSuperuser(site.postgres, 'GRANT pg_write_server_files TO postgres_backup');
    await restoreRoles(site.postgres, 'apply', '{}');
    const members =
      "SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE member::regrole::text IN ('veza_user', 'postgres_backup') ORDER BY roleid::regrole::text";
    expect(await asSuperuser(site.postgres, members)).toBe(
      'pg_read_all_data|postgres_backup\npg_signal_backend|postgres_backup\nveza_user|postgres_backup',
    );
  });
});
