import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBackupContainer } from '../../lib/constructs/postgres/backup/backup-containers';
import { database } from '../constructs/postgres/support/stores';
import { makeClaim, removeClaim } from './support/claims';
import type { Pod } from './support/pod';
import { backupPassword, startPostgres } from './support/postgres';
import { requireTools } from './support/tools';

const claim = makeClaim();
const [key, certificate] = [join(claim, 'impostor.key'), join(claim, 'impostor.crt')];
let postgres: Pod;
let impostor: ChildProcess;
let said: string;

jest.setTimeout(120_000);

beforeAll(async () => {
  requireTools();
  postgres = await startPostgres(claim, 'a secret that is long enough');
  const request = ['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=postgres-service', '-days', '1'];
  execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
});

afterEach(() => impostor?.kill());

afterAll(async () => {
  await postgres?.remove();
  removeClaim(claim);
});

async function startImpostor(way: 'relay' | 'ask'): Promise<void> {
  said = '';
  const network = `--net=/proc/${postgres.networkProcess}/ns/net`;
  const program = [process.execPath, join(__dirname, 'support/impostor.js'), key, certificate, way];
  impostor = spawn('nsenter', [network, ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
  impostor.stdout?.on('data', (data) => {
    said += data;
  });
  if (impostor.stdout) await once(impostor.stdout, 'data');
}

/** Logs in as the backup does, but for some variables, to the impostor or to the real server. */
async function logIn(changed: Record<string, string> = {}): Promise<string> {
  const stated = (makeBackupContainer(database, []).env ?? []).filter(({ name }) => name.startsWith('PG'));
  const env = Object.fromEntries(stated.map(({ name, value }) => [name, value ?? '']));
  const target = { PGHOST: '127.0.0.1', PGPORT: '6432', PGDATABASE: database.name, PGPASSWORD: backupPassword };
  const client = ['/usr/lib/postgresql/15/bin/psql', '-XAtwc', 'SELECT 1'];
  return (await postgres.client(client, { ...env, ...target, ...changed })).output.trim();
}

test('the backup logs in to the real server', async () => {
  expect(await logIn({ PGHOST: '127.0.0.2', PGPORT: '5432' })).toBe('1');
});

test('an impostor that asks for the password gets none', async () => {
  await startImpostor('ask');
  expect(await logIn()).toMatch(/channel binding required/);
  expect(said).not.toContain('got a password');
  // Encryption alone does not keep it: without channel binding the same impostor gets it.
  await logIn({ PGCHANNELBINDING: 'disable' });
  expect(said).toContain('got a password');
});

test('services that verify the server give an impostor nothing, whatever its name', async () => {
  const authority = join(claim, 'authority.crt');
  const { output } = await postgres.container('postgres').exec(['cat', '/var/run/postgres-tls/server.crt']);
  writeFileSync(authority, output);
  const verified = {
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: authority,
    PGCHANNELBINDING: 'disable',
    PGHOST: 'postgres-service',
  };
  await startImpostor('ask');
  expect(await logIn({ ...verified, PGHOSTADDR: '127.0.0.1' })).toMatch(/certificate verify failed/);
  expect(said).not.toContain('got a password');
  expect(await logIn({ ...verified, PGHOSTADDR: '127.0.0.2', PGPORT: '5432' })).toBe('1');
});

test('an impostor that passes everything on to the real server gets no session', async () => {
  await startImpostor('relay');
  expect(await logIn()).toMatch(/channel binding check failed|server closed the connection/);
  expect(await logIn({ PGCHANNELBINDING: 'disable' })).toBe('1');
});
