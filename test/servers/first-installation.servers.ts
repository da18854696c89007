import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainProgress } from '../../lib/cli/terminal-progress';
import { systemClock } from '../../lib/cluster/wait';
import { createBackup } from '../../lib/operations/backup/create-backup';
import { listBackups } from '../../lib/operations/backup/stored-backups';
import { backUpBeforeDeploy } from '../../lib/operations/deploy/pre-deploy-backup';
import { restore } from '../../lib/operations/restore/restore';
import type { Environment } from '../../lib/platform/environment';
import { OperationError } from '../../lib/platform/errors';
import { veza } from '../../lib/veza/veza';
import { singleDatabase, singleProduction } from '../support/clustered';
import { project } from '../support/manifests';
import { reconcile, rolesOf } from './support/contents';
import { runGuide } from './support/guide-shell';
import { Installation } from './support/installation';
import { asRole, asService, asSuperuser, servicePasswords } from './support/postgres';
import { requireTools } from './support/tools';

/** Production backs its database up before each deploy. No cert-manager makes certificates here. */
const environment: Environment<typeof veza> = {
  ...singleProduction,
  database: { ...singleDatabase, certificate: { kind: 'unverified' } },
};
const password = 'a password that is long enough';
const { name } = environment.database;

let installation: Installation;
let printed: string[];

jest.setTimeout(180_000);

beforeAll(async () => {
  requireTools();
  installation = await Installation.start(environment, password);
});

afterAll(() => installation?.remove());

beforeEach(() => {
  printed = [];
});

const progress = new PlainProgress((line) => printed.push(line));
const context = () => ({ kubectl: installation, environment, progress, clock: systemClock });
const lock = { ensureHeld: async () => undefined };
const request = { freshServer: false, acceptMissing: false };

/** What a deploy does first. */
function beforeDeploy(): Promise<void> {
  const print = (line: string) => void printed.push(line);
  return backUpBeforeDeploy({ skipBackup: undefined }, { ...context(), print });
}

test('the first backup of a new installation is verified', async () => {
  const record = await createBackup(context());
  expect(record).toMatchObject({ verified: true, reason: '', missing: [], tables: 0, rows: 0 });
  expect((await listBackups(context())).backups).toEqual([{ ...record, place: 'volume' }]);
});

test('it is restored, replacing what a service wrote since', async () => {
  await asService(installation.postgres, password, 'CREATE TABLE tracks (id int); INSERT INTO tracks VALUES (1)');
  const [first] = (await listBackups(context())).backups;
  const previous = await restore({ ...context(), platform: veza, lock }, { ...request, backup: first?.name ?? '' });
  expect(previous).toBe(`${name}_before_${first?.name.toLowerCase()}`);
  expect(await asSuperuser(installation.postgres, 'SELECT id FROM tracks', previous)).toBe('1');
  const { output } = await asService(installation.postgres, password, "SELECT to_regclass('tracks') IS NULL");
  expect(output).toBe('t\n');
});

test('the second deploy uses the existing backup, since it is recent', async () => {
  await beforeDeploy();
  expect(printed.at(-1)).toMatch(/Latest backup is recent enough \(\d min old\)/);
});

test('a deploy accepts no unverified backup, and reports the reason', async () => {
  await asSuperuser(installation.postgres, 'CREATE EXTENSION pg_stat_statements', name);
  installation.forgetJobs();
  const error = await beforeDeploy().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OperationError);
  expect((error as OperationError).problems.join('\n')).toMatch(
    /^no verified backup was made: backup\.sh create: \d{8}T\d{6}Z is kept, but is not verified: 2 parts of it cannot be restored; the first: EXTENSION pg_stat_statements: permission denied/,
  );
  const { backups } = await listBackups(context());
  expect(backups.map(({ verified }) => verified)).toEqual([true, false]);
  const unverified = backups.at(-1)?.name ?? '';
  await expect(restore({ ...context(), platform: veza, lock }, { ...request, backup: unverified })).rejects.toThrow(
    OperationError,
  );
});

test('once the reason is removed, the deploy makes a verified one and continues', async () => {
  await asSuperuser(installation.postgres, 'DROP EXTENSION pg_stat_statements', name);
  await beforeDeploy();
  expect(printed.at(-1)).toMatch(/Backed up the database: \d{8}T\d{6}Z, verified/);
});

const roles = Object.keys(servicePasswords) as (keyof typeof servicePasswords)[];

/** What each role of a service gets of the table, and the state of its sequence. */
async function found(): Promise<unknown[]> {
  const answers = await Promise.all(
    roles.map((role) => asRole(installation.postgres, role, 'SELECT count(*), min(title) FROM tracks')),
  );
  return [...answers, await asSuperuser(installation.postgres, 'SELECT last_value FROM tracks_id_seq', name)];
}

/** Follows the commands of the guide under a heading, with the newest verified backup. Returns what kubectl printed. */
async function followGuide(heading: string): Promise<string> {
  const newest = await createBackup(context());
  expect(newest.verified).toBe(true);
  const none = { status: 0, stdout: '', stderr: '' };
  const restored: string[] = [];
  const npx = async ([program, ...args]: readonly string[]) => {
    expect([program, args.at(1)]).toEqual(['veza', args[0] === 'backup' ? 'list' : 'staging']);
    if (args[0] === 'backup') {
      const { backups } = await listBackups(context());
      expect(backups.filter(({ verified }) => verified).at(-1)?.name).toBe(newest.name);
      return none;
    }
    // The name of a backup in the guide stands for that which its reader finds.
    expect(args).toEqual(['restore', 'staging', expect.stringMatching(/^\d{8}T\d{6}Z$/)]);
    const { output } = await asService(installation.postgres, password, "SELECT to_regclass('tracks') IS NULL");
    expect(output).toBe('t\n');
    await restore({ ...context(), platform: veza, lock }, { ...request, backup: newest.name });
    restored.push(newest.name);
    return none;
  };
  const kubectl = (args: readonly string[]) => installation.administer(args);
  const printedByKubectl = await runGuide(['NS=veza-staging', ...commandsOf(heading)], { kubectl, npx });
  expect(restored).toEqual([newest.name]);
  return printedByKubectl;
}

describe('the commands of the guide', () => {
  let before: unknown[];
  let rolesBefore: string;

  beforeAll(async () => {
    const made =
      "DROP TABLE IF EXISTS tracks; CREATE TABLE tracks (id serial PRIMARY KEY, title text); INSERT INTO tracks (title) SELECT 'track ' || n FROM generate_series(1, 500) AS n";
    await asService(installation.postgres, password, made);
    await reconcile(installation.postgres);
    before = await found();
    expect(before.at(-1)).toBe('500');
    rolesBefore = await rolesOf(installation.postgres);
  });

  test.each([
    ['If the whole volume is lost', '', 0],
    ['If the volume itself is unusable', 'Retain\n', 1],
  ])('%s: a fresh volume gets what the newest verified backup has', async (heading, printedByKubectl, kept) => {
    expect(await followGuide(heading)).toBe(printedByKubectl);
    expect(await found()).toEqual(before);
    expect(await rolesOf(installation.postgres)).toBe(rolesBefore);
    expect((await createBackup(context())).verified).toBe(true);
    const { releasedVolumes } = installation;
    expect(releasedVolumes).toHaveLength(kept);
    for (const folder of releasedVolumes) {
      expect(readdirSync(folder, { recursive: true })).toContainEqual(expect.stringMatching(/(^|\/)PG_VERSION$/));
    }
  });
});

/** The commands that the guide states under a heading, without their comments. */
function commandsOf(heading: string): string[] {
  const guide = readFileSync(join(project, 'docs/guides/damaged-database.md'), 'utf8');
  const [, block = ''] = /```sh\n(.*?)```/s.exec(guide.split(`## ${heading}\n`)[1] ?? '') ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s+#.*/, ''));
}
