import { PlainProgress } from '../../lib/cli/terminal-progress';
import { systemClock } from '../../lib/cluster/wait';
import { createBackup } from '../../lib/operations/backup/create-backup';
import { listBackups } from '../../lib/operations/backup/list-backups';
import { backUpBeforeDeploy } from '../../lib/operations/deploy/pre-deploy-backup';
import { restore } from '../../lib/operations/restore/restore';
import { OperationError } from '../../lib/platform/errors';
import { veza } from '../../lib/veza/veza';
import { singleProduction } from '../support/clustered';
import { Installation } from './support/installation';
import { asService, asSuperuser } from './support/postgres';
import { requireTools } from './support/tools';

/** Production backs its database up before each deploy. */
const environment = singleProduction;
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
