import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inContainer, type RunbookCommand, runbookCommands } from '../constructs/monitoring/rules/runbook-commands';
import { PostgresServer } from './monitoring/postgres-server';
import { awaited, installTools, Server, toolPath } from './monitoring/tools';

const database = 'veza_production';
const connections = 12;
const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
const redisSocket = join(folder, 'redis', 'redis.sock');
/** The address of a cache server and of the sentinel that watches it. */
const cacheAddress = '127.80.0.2';
const prometheus = '127.80.0.1:9090';
const alertmanager = '127.80.0.1:9093';
const servers: Server[] = [];
const clients: ChildProcess[] = [];
let postgres: PostgresServer;

beforeAll(async () => {
  installTools();
  chmodSync(folder, 0o755);
  for (const name of ['postgres', 'redis', 'prometheus', 'alertmanager']) mkdirSync(join(folder, name));
  postgres = await PostgresServer.start(join(folder, 'postgres'), database, connections);
  await psql('CREATE ROLE veza_user LOGIN');
  await psql('CREATE TABLE tracks AS SELECT generate_series(1, 10) AS id');
  await psql('GRANT ALL ON tracks TO veza_user');
  const redis = [
    '--bind',
    cacheAddress,
    '--unixsocket',
    redisSocket,
    '--dir',
    join(folder, 'redis'),
    '--appendonly',
    'yes',
  ];
  servers.push(Server.start('/usr/bin/redis-server', redis));
  const sentinel = join(folder, 'redis', 'sentinel.conf');
  writeFileSync(sentinel, `bind ${cacheAddress}\nsentinel monitor veza ${cacheAddress} 6379 1\n`);
  servers.push(Server.start('/usr/bin/redis-server', [sentinel, '--sentinel']));
  writeFileSync(join(folder, 'prometheus.yml'), '{}');
  writeFileSync(join(folder, 'alertmanager.yml'), 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  start('prometheus', prometheus, '--storage.tsdb.path');
  start('alertmanager', alertmanager, '--storage.path', '--cluster.listen-address=');
  await Promise.all([prometheus, alertmanager].map((address) => ready(address)));
}, 300_000);

afterAll(async () => {
  for (const client of clients) client.kill();
  await Promise.all([...servers.map((server) => server.stop()), postgres.stop()]);
  rmSync(folder, { recursive: true });
}, 60_000);

function start(tool: 'prometheus' | 'alertmanager', address: string, storage: string, ...flags: string[]): void {
  const args = [`--config.file=${join(folder, `${tool}.yml`)}`, `${storage}=${join(folder, tool)}`, ...flags];
  servers.push(Server.start(toolPath(tool), [...args, `--web.listen-address=${address}`]));
}

async function ready(address: string): Promise<true> {
  return awaited(address, 120, async () => (await fetch(`http://${address}/-/ready`)).ok || undefined);
}

/** Runs a command as the shell in the container would, with our servers in place of those of the cluster. */
async function run(command: string): Promise<string> {
  const text = command
    .replaceAll('/var/run/postgresql', postgres.folder)
    .replaceAll('sh /etc/redis/admin.sh sentinel ', `redis-cli -h ${cacheAddress} -p 26379 sentinel `)
    .replaceAll('sh /etc/redis/admin.sh ', 'redis-cli ')
    .replaceAll(/redis-cli (?!-h)/g, `redis-cli -s ${redisSocket} `)
    .replaceAll('http://localhost:9090', `http://${prometheus}`)
    .replaceAll('http://localhost:9093', `http://${alertmanager}`)
    .replace(/^(promtool|amtool) /, (_, tool) => `${toolPath(tool)} `);
  const env = {
    ...process.env,
    PGHOST: postgres.folder,
    PGUSER: 'postgres',
    PGDATABASE: database,
    PGCONNECT_TIMEOUT: '30',
  };
  return (await promisify(execFile)('bash', ['-o', 'pipefail', '-c', text], { env })).stdout;
}

function psql(sql: string): Promise<string> {
  return run(`psql -d ${database} -XAtc ${quoted(sql)}`);
}

/** A session of the services' role that begins with some statements and stays. */
function session(sql: string): void {
  const env = { ...process.env, PGHOST: postgres.folder, PGUSER: 'veza_user', PGDATABASE: database };
  const client = spawn('psql', ['-X'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  client.stdin.write(`${sql}\n`);
  clients.push(client);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A statement of a runbook that names what only its reader knows. */
function isTemplate({ text }: RunbookCommand): boolean {
  return /<[^>]+>/.test(text);
}

test('every statement for PostgreSQL runs while its connections are used up and transactions are stuck', async () => {
  session('BEGIN; LOCK TABLE tracks;');
  session('BEGIN; SELECT 1;');
  await awaited('a lock', 60, async () =>
    (await psql(
      "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and relation = 'tracks'::regclass",
    )) === '1\n'
      ? true
      : undefined,
  );
  session('SELECT * FROM tracks;');
  await awaited('a session that waits for another', 60, async () =>
    (await psql('select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0')).trim() === '1'
      ? true
      : undefined,
  );
  for (let number = clients.length; number < connections; number += 1) session('SELECT 1;');
  // What the services get now.
  await awaited('connections that are used up', 60, async () => {
    const refused = await run(`psql -X -d ${database} -U veza_user -c "select 1"`).catch(({ stderr }) =>
      String(stderr),
    );
    return /remaining connection slots|too many clients/.test(refused) ? true : undefined;
  });
  const statements = inContainer('psql').filter((command) => !isTemplate(command));
  expect(statements.length).toBeGreaterThan(10);
  const failed: string[] = [];
  const answers: string[] = [];
  for (const { file, text } of statements) {
    await run(text).then(
      (answer) => answers.push(`${file}: ${answer}`),
      (error) => failed.push(`${file}: ${text}\n${error}`),
    );
  }
  expect(failed).toEqual([]);
  // What is looked for is found: in the database of the services, and who blocks and who waits.
  expect(answers.filter((answer) => answer.startsWith('DatabaseCacheHitsLow')).join()).toMatch(/ tracks /);
  expect(answers.filter((answer) => answer.startsWith('DatabaseSlowQueries')).join()).toMatch(/SELECT \* FROM tracks/);
  expect(answers.filter((answer) => answer.startsWith('DatabaseTransactionsIdle')).join()).toMatch(
    /LOCK TABLE|SELECT 1/,
  );
  expect(answers.filter((answer) => answer.startsWith('DatabaseDown')).join()).toMatch(/veza_user/);
}, 300_000);

test('the runbook of exhausted connections ends those of one client, and the services get some again', async () => {
  const end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'veza_user'";
  expect(Number((await psql(end)).trim())).toBeGreaterThan(5);
  await awaited('a connection', 60, async () =>
    (await run(`psql -XAt -d ${database} -U veza_user -c "select 1"`)).trim() === '1' ? true : undefined,
  );
}, 120_000);

test('every command for Redis is one that it knows', async () => {
  await awaited('redis', 60, async () => ((await run('redis-cli ping')).trim() === 'PONG' ? true : undefined));
  const asked = ['redis-cli', 'sh /etc/redis/admin.sh']
    .flatMap(inContainer)
    .map(({ text, ...rest }) => ({ ...rest, text: text.replace('<more>', '100') }));
  expect(asked.length).toBeGreaterThan(8);
  const failed: string[] = [];
  for (const { file, text } of asked) {
    const answer = await run(text).catch((error) => `ERR ${error}`);
    if (/^\(?(error\) )?ERR/.test(answer)) failed.push(`${file}: ${text}\n${answer}`);
  }
  expect(failed).toEqual([]);
}, 120_000);

test('every query of Prometheus and Alertmanager returns a result', async () => {
  const asked = [...inContainer('promtool query'), ...inContainer('amtool --alertmanager.url')];
  expect(asked.length).toBeGreaterThan(10);
  const failed: string[] = [];
  for (const { file, text } of asked) await run(text).catch((error) => failed.push(`${file}: ${text}\n${error}`));
  expect(failed).toEqual([]);
}, 120_000);

/** Commands that runbooks mention but that a reader does not run in this form. */
const spokenOf = ['kubectl top', 'kubectl rollout undo'];

/** A command as kubectl gets it: without what goes through pipes or runs in a container, and with names for the reader's. */
function asTyped(text: string): string {
  const [own = ''] = text.split(/ \| | -- | &$| +# /);
  return own.replaceAll(/<[^>]+>/g, 'some-name') + (text.includes(' -- ') ? ' -- true' : '');
}

test('kubectl understands every command, and would ask a cluster', async () => {
  execFileSync('bash', [join(__dirname, 'cluster-tools.sh')], { stdio: 'pipe' });
  const kubectl = join(__dirname, '..', '..', 'node_modules/.cache/veza/tools/helm4/kubectl');
  const typed = runbookCommands().filter(({ text }) => text.startsWith('kubectl ') && !spokenOf.includes(text));
  const asked = [...new Set(typed.map(({ text }) => asTyped(text)))];
  expect(asked.length).toBeGreaterThan(80);
  // Nothing listens there: kubectl refuses what it cannot parse before it connects.
  const nowhere = `kubectl() { ${kubectl} --server=http://127.0.0.1:1 "$@"; }; NS=veza-production; `;
  const misunderstood: string[] = [];
  for (const text of asked) {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', nowhere + text]).catch((error) => error);
    if (!/connection refused|was refused/.test(`${stdout}${stderr}`)) misunderstood.push(`${text}\n${stdout}${stderr}`);
  }
  expect(misunderstood).toEqual([]);
}, 600_000);
