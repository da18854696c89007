import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupContainer } from '../../lib/constructs/postgres/backup/backup-containers';
import { postgresCertificates } from '../../lib/platform/postgres-pod';
import type { SingleDatabase } from '../../lib/platform/settings/database';
import { database as unverified } from '../constructs/postgres/support/stores';
import { Pod } from './support/pod';
import {
  asSuperuser,
  backupPassword,
  makeClaim,
  postgresManifests,
  removeClaim,
  secretsWith,
} from './support/postgres';
import { eventually, requireTools } from './support/tools';

const database: SingleDatabase = { ...unverified, certificate: { kind: 'cert-manager' } };
const claim = makeClaim();
const at = (name: string) => join(claim, name);
let pod: Pod;

jest.setTimeout(120_000);

beforeAll(async () => {
  requireTools();
  for (const name of ['authority', 'other']) makeAuthority(name);
  pod = await Pod.create({
    manifests: postgresManifests(undefined, database),
    secrets: {
      ...secretsWith('a secret that is long enough'),
      [postgresCertificates.server]: signed('authority', 'postgres-service'),
    },
    claim,
  });
  await pod.startAll();
  await eventually('PostgreSQL ready', 60, () => pod.ready());
});

afterAll(async () => {
  await pod?.remove();
  removeClaim(claim);
});

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

/** Makes the certificate of an authority, as the self-signed issuer does. */
function makeAuthority(name: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', at(`${name}.key`)];
  openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, '-days', '2', '-out', at(`${name}.crt`));
}

/** The data of a Secret with a new certificate for a host, which an authority signs. */
function signed(authority: string, host: string): Record<string, string> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', at('server.key')];
  const extension = ['-addext', `subjectAltName=DNS:${host}`, '-addext', 'extendedKeyUsage=serverAuth'];
  const issuer = ['-CA', at(`${authority}.crt`), '-CAkey', at(`${authority}.key`)];
  openssl('req', '-x509', ...key, '-subj', '/', ...extension, ...issuer, '-days', '1', '-out', at('server.crt'));
  const read = (name: string) => readFileSync(at(name), 'utf8');
  return { 'tls.crt': read('server.crt'), 'tls.key': read('server.key') };
}

/** Logs in as the backup does, with the variables of its container, but for some. */
async function logIn(authority: string, changed: Readonly<Record<string, string>> = {}): Promise<string> {
  const stated = (backupContainer(database, []).env ?? []).filter(({ name }) => name.startsWith('PG'));
  const env = Object.fromEntries(stated.map(({ name, value }) => [name, value ?? '']));
  const target = { PGHOSTADDR: '127.0.0.2', PGDATABASE: database.name, PGPASSWORD: backupPassword };
  const own = { PGSSLROOTCERT: at(`${authority}.crt`) };
  const client = ['/usr/lib/postgresql/15/bin/psql', '-XAtwc', 'SELECT 1'];
  return (await pod.client(client, { ...env, ...target, ...own, ...changed })).output.trim();
}

const started = () => asSuperuser(pod, 'SELECT pg_postmaster_start_time()');

test('the jobs verify the server by the authority of the namespace, and by no other', async () => {
  expect(await logIn('authority')).toBe('1');
  expect(await logIn('other')).toMatch(/certificate verify failed/);
  expect(await logIn('authority', { PGHOST: 'postgres-other' })).toMatch(/does not match host name/);
});

test('a renewed certificate is served without a restart', async () => {
  const before = await started();
  // Signed by another authority, so that a client can tell which one it gets.
  pod.changeSecret(postgresCertificates.server, signed('other', 'postgres-service'));
  await eventually('the renewed certificate', 30, async () => (await logIn('other')) === '1');
  expect(await logIn('authority')).toMatch(/certificate verify failed/);
  expect(await started()).toBe(before);
});

test('a certificate that does not fit its key leaves the previous one in use', async () => {
  pod.changeSecret(postgresCertificates.server, {
    ...signed('authority', 'postgres-service'),
    'tls.key': readFileSync(at('other.key'), 'utf8'),
  });
  await eventually('a reload that is refused', 30, async () => /could not load|key values mismatch/.test(pod.log));
  expect(await logIn('other')).toBe('1');
  pod.changeSecret(postgresCertificates.server, signed('authority', 'postgres-service'));
  await eventually('the renewed certificate', 30, async () => (await logIn('authority')) === '1');
});
