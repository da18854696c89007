import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { database } from '../constructs/postgres/support/stores';
import {
  backupPod,
  closeFence,
  lastLine,
  openFence,
  restoreAll,
  restoreData,
  restoreRoles,
  runBackup,
  startBackup,
} from './support/backup';
import { BackupSite, flip, password } from './support/backup-site';
import { makeClaim, removeClaim } from './support/claims';
import type { Container } from './support/container';
import { contents, damage, rolesOf } from './support/contents';
import { asService, asSuperuser, isAnySession, startPostgres } from './support/postgres';
import { eventually } from './support/tools';

let site: BackupSite;
let good: string;
/** Content of the database before it is damaged. */
let whole: string;

jest.setTimeout(180_000);

beforeAll(async () => {
  site = await BackupSite.start();
  good = await site.create();
  whole = await contents(site.postgres);
});

afterAll(() => site?.remove());

describe('a restore', () => {
  afterEach(() => site.dropOld());

  test('restores data, grants and settings, and keeps the damaged database', async () => {
    await damage(site.postgres);
    expect(await contents(site.postgres)).not.toEqual(whole);
    const previous = `${database.name}_before_${good.toLowerCase()}`;
    expect(await restoreAll(site.backups, site.postgres, good)).toEqual({
      code: 0,
      output: `{"database":"${database.name}","previous":"${previous}"}\n`,
    });
    expect(await contents(site.postgres)).toEqual(whole);
    expect(await site.databases()).toBe(`${database.name} ${previous}`);
    expect(await asSuperuser(site.postgres, 'SELECT count(*) FROM tracks', previous)).toBe('10');
    // The services' role does all that it did, and with the same objects.
    const statements = "INSERT INTO tracks (title) VALUES ('new'); DELETE FROM tracks WHERE title = 'new'";
    expect(await asService(site.postgres, password, statements)).toEqual({ code: 0, output: 'INSERT 0 1\nDELETE 1\n' });
    await asSuperuser(site.postgres, "SELECT setval('tracks_id_seq', 2000)", database.name);
  });

  test('ends the sessions of connected clients', async () => {
    const client = asService(site.postgres, password, 'SELECT pg_sleep(25)');
    await eventually('the client', 5, () => isAnySession(site.postgres, "query ~ '^SELECT pg_sleep'"));
    expect(await restoreData(site.backups, site.postgres, good)).toMatchObject({ code: 0 });
    expect((await client).output).toContain('terminating connection due to administrator command');
  });

  test('is refused while the services can log in, and nothing is replaced', async () => {
    const outcome = await runBackup(site.backups, site.postgres, 'restore', good);
    expect(outcome.code).toBe(1);
    expect(lastLine(outcome)).toBe(
      `backup.sh restore: backend-api, chat-server, ${database.user} can log in, or are logged in, so the services could write during the restore; nothing was replaced`,
    );
    expect(await site.databases()).toBe(database.name);
  });

  test('is refused when the services can log in again just before the names are swapped', async () => {
    await closeFence(site.postgres);
    await logStatements('all');
    const pod = await backupPod('postgres-backup', site.backups, site.postgres);
    const restore = startBackup(pod, 'restore', good);
    const server = site.postgres.container('postgres');
    const { length } = server.log;
    await eventually('the restored data', 20, () => server.log.slice(length).includes('COPY public.tracks'));
    await openFence(site.postgres);
    const outcome = await restore.end();
    await pod.remove();
    await logStatements('none');
    expect(outcome.code).toBe(1);
    expect(lastLine(outcome)).toContain(`${database.user} can log in`);
    expect(await site.databases()).toBe(database.name);
  });

  test('keeps one more database each time', async () => {
    for (const number of ['', '_2', '_3']) {
      const outcome = await restoreData(site.backups, site.postgres, good);
      expect(JSON.parse(lastLine(outcome)).previous).toBe(`${database.name}_before_${good.toLowerCase()}${number}`);
    }
  });

  test('into an empty cluster restores everything, roles included', async () => {
    const claim = makeClaim();
    const before = await rolesOf(site.postgres);
    const { output: saved } = await runBackup(site.backups, site.postgres, 'roles', good);
    const fresh = await startPostgres(claim, 'another one, as long');
    try {
      const empty = await rolesOf(fresh);
      expect(await restoreRoles(fresh, 'make', saved)).toEqual({ code: 0, output: 'Chief "1"\nreporter\n' });
      expect((await rolesOf(fresh)).replace(/^(Chief "1"|reporter)\|f\|t\|f\|f\|f\|f\|-1\|\|\|\n/gm, '')).toBe(empty);
      expect(await restoreData(site.backups, fresh, good)).toMatchObject({ code: 0 });
      for (const _ of ['once', 'again']) {
        expect(await restoreRoles(fresh, 'apply', saved)).toEqual({ code: 0, output: '' });
        expect(await rolesOf(fresh)).toBe(before);
        expect(await contents(fresh)).toBe(whole);
      }
      expect((await asService(fresh, 'another one, as long', 'SELECT count(*) FROM tracks')).output).toBe('2000\n');
      await asSuperuser(fresh, `DROP DATABASE ${database.name}`);
      await asSuperuser(fresh, `DROP DATABASE ${database.name}_before_${good.toLowerCase()}`);
      expect(lastLine(await restoreData(site.backups, fresh, good))).toBe(
        `{"database":"${database.name}","previous":null}`,
      );
    } finally {
      await fresh.remove();
      removeClaim(claim);
    }
  });

  test('changes no existing role before the data is restored', async () => {
    const { output: saved } = await runBackup(site.backups, site.postgres, 'roles', good);
    const before = await rolesOf(site.postgres);
    await asSuperuser(
      site.postgres,
      'ALTER ROLE reporter RESET work_mem; REVOKE pg_read_all_settings FROM reporter; ALTER ROLE "Chief ""1""" NOSUPERUSER NOLOGIN',
    );
    const taken = await rolesOf(site.postgres);
    expect(taken).not.toBe(before);
    expect(await restoreRoles(site.postgres, 'make', saved)).toEqual({ code: 0, output: '' });
    expect(await rolesOf(site.postgres)).toBe(taken);
    await restoreRoles(site.postgres, 'apply', saved);
    expect(await rolesOf(site.postgres)).toBe(before);
  });
});

describe('the superuser, with a backup of unknown origin,', () => {
  const forged = {
    roles: [
      {
        name: 'x"; CREATE ROLE evil; --',
        can: { login: true, 'login; CREATE ROLE evil': true },
        limit: -1,
        until: "1'; CREATE ROLE evil; --",
      },
    ],
    members: [{ role: 'reporter', member: 'x"; CREATE ROLE evil; --', admin: true }],
    settings: [{ role: 'reporter', here: true, setting: 'search_path', value: "a, b'; CREATE ROLE evil; --" }],
    grants: [{ privilege: 'CONNECT ON DATABASE postgres TO reporter; --', grantee: 'reporter', grantable: true }],
    database: { limit: 42, comment: "'; CREATE ROLE evil; --" },
  };
  const evil = () => asSuperuser(site.postgres, "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolname ~ 'evil'");

  test('runs only our own statements', async () => {
    expect((await restoreRoles(site.postgres, 'make', JSON.stringify(forged))).code).toBe(0);
    const { output } = await restoreRoles(site.postgres, 'apply', JSON.stringify(forged));
    expect(output).toContain('invalid input syntax for type timestamp with time zone: "1\'; CREATE ROLE evil; --"');
    const [role] = forged.roles;
    const dated = JSON.stringify({ ...forged, roles: [{ ...role, until: 'infinity' }] });
    expect(await restoreRoles(site.postgres, 'apply', dated)).toEqual({ code: 0, output: '' });
    expect(await evil()).toBe('x"; CREATE ROLE evil; --');
    expect(await asSuperuser(site.postgres, "SELECT datacl FROM pg_database WHERE datname = 'postgres'")).toBe('');
  });

  test.each(['\\! touch /var/run/postgres-roles/evil', 'CREATE ROLE evil', ''])('runs nothing of %j', async (text) => {
    for (const verb of ['make', 'apply'] as const) {
      const outcome = await restoreRoles(site.postgres, verb, text);
      expect(outcome.code).not.toBe(0);
      expect(outcome.output).toContain('invalid input syntax for type json');
    }
    expect((await site.postgres.container('roles').exec(['ls', '/var/run/postgres-roles'])).output).not.toContain(
      'evil',
    );
  });

  test('keeps its attributes', async () => {
    const saved = {
      roles: [{ name: 'postgres', can: { superuser: false, login: false }, limit: 0, until: '2020-01-01' }],
    };
    expect(await restoreRoles(site.postgres, 'apply', JSON.stringify(saved))).toEqual({ code: 0, output: '' });
    expect(await rolesOf(site.postgres)).toContain('postgres|t|t|t|t|t|t|-1||');
  });

  afterAll(async () => {
    await asSuperuser(site.postgres, 'DROP ROLE "x""; CREATE ROLE evil; --"');
    await restoreAll(site.backups, site.postgres, good);
    await site.dropOld();
  });
});

describe('a restore of a damaged backup', () => {
  let damaged: string;

  beforeAll(async () => {
    await damage(site.postgres);
    damaged = await contents(site.postgres);
  });

  const damages: readonly (readonly [string, (name: string) => void, string])[] = [
    ['a truncated dump', (name) => truncateSync(site.path(name, 'database.dump'), 2000), 'is damaged: '],
    ['a flipped bit', (name) => flip(site.path(name, 'database.dump'), 3000), 'is damaged: '],
    ['a missing file', (name) => rmSync(site.path(name, 'tables')), 'is damaged: '],
    [
      'a line less in the checksums',
      (name) => writeFileSync(site.path(name, 'SHA256SUMS'), ''),
      'is damaged: its list of checksums is incomplete',
    ],
    [
      'a dump that was damaged before its checksums were made',
      (name) => {
        truncateSync(site.path(name, 'database.dump'), statSync(site.path(name, 'database.dump')).size - 200);
        site.resum(name);
      },
      `restoring into ${database.name}_restoring: `,
    ],
    [
      'rows that are not there',
      (name) => {
        writeFileSync(site.path(name, 'tables'), 'public.tracks\t2001\n');
        site.resum(name);
      },
      'lacks what was saved: rows of public.tracks: 2001 were saved, 2000 can be restored',
    ],
  ];

  test.each(damages)('with %s is refused, and the data is unchanged', async (_, damage, message) => {
    const name = '20200101T000000Z';
    await site.duplicate(good, site.path(name));
    damage(name);
    const outcome = await restoreData(site.backups, site.postgres, name);
    rmSync(site.path(name), { recursive: true });
    expect(outcome.code).toBe(1);
    expect(lastLine(outcome)).toContain(message);
    expect(await contents(site.postgres)).toBe(damaged);
    expect(await site.databases()).toBe(database.name);
  });
});
/** Statements of a restore in their order, as the server logs each just before it executes it. */
const points = [
  'CREATE DATABASE',
  'COPY public.tracks',
  'REVOKE ALL ON DATABASE',
  'TO STDOUT',
  'ANALYZE',
  'ALTER DATABASE',
];

describe('a restore that ends half-way', () => {
  beforeAll(() => logStatements('all'));
  afterAll(() => logStatements('none'));

  const signals = ['SIGKILL', 'SIGTERM'] as const;
  const ends = points.flatMap((point) => signals.map((signal) => [point, signal] as const));

  test.each(ends)('at %s by %s changes nothing and is repeatable', async (point, signal) => {
    await damage(site.postgres);
    const damaged = await contents(site.postgres);
    expect(damaged).not.toBe(whole);
    // The names cannot change meanwhile, so the last statement holds too.
    await closeFence(site.postgres);
    const leave = await site.occupy();
    const pod = await backupPod('postgres-backup', site.backups, site.postgres);
    await interrupt(startBackup(pod, 'restore', good), point, signal);
    await pod.remove();
    await leave();
    if (signal === 'SIGTERM') expect(await site.databases()).toBe(database.name);
    expect(await contents(site.postgres)).toBe(damaged);
    expect(await restoreAll(site.backups, site.postgres, good)).toMatchObject({ code: 0 });
    expect(await contents(site.postgres)).toBe(whole);
    await site.dropOld();
    expect(await site.databases()).toBe(database.name);
  });
});

async function logStatements(which: string): Promise<void> {
  await asSuperuser(site.postgres, `ALTER SYSTEM SET log_statement = '${which}'`);
  await asSuperuser(site.postgres, 'SELECT pg_reload_conf()');
}

/** Ends a container as soon as the server has logged a statement; by SIGTERM it has to end quickly, and to say so. */
async function interrupt(container: Container, point: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const server = site.postgres.container('postgres');
  const { length } = server.log;
  await eventually(point, 20, () => server.log.slice(length).includes(point));
  expect(container.running).toBe(true);
  if (signal === 'SIGKILL') return container.kill();
  const start = Date.now();
  const outcome = await container.stop('SIGTERM');
  expect(Date.now() - start).toBeLessThan(5000);
  expect(outcome.code).toBe(1);
  expect(lastLine(outcome)).toBe('backup.sh restore: stopped by a signal before it was done');
}
