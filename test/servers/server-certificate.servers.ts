import { writeFileSync } from 'node:fs';
import { makeBackupContainer } from '../../lib/constructs/postgres/backup/backup-containers';
import { postgresCertificates } from '../../lib/platform/postgres-pod';
import type { SingleDatabase } from '../../lib/platform/settings/database';
import { database as unverified } from '../constructs/postgres/support/stores';
import { makeClaim, removeClaim } from './support/claims';
import { Pod } from './support/pod';
import { asSuperuser, backupPassword, postgresManifests, secretsWith } from './support/postgres';
import { ServerCertificates } from './support/server-certificates';
import { eventually, requireTools } from './support/tools';

const database: SingleDatabase = { ...unverified, certificate: { kind: 'cert-manager' } };
const claim = makeClaim();
const certificates = new ServerCertificates(claim);
let pod: Pod;

jest.setTimeout(120_000);

beforeAll(async () => {
  requireTools();
  for (const name of ['authority', 'other']) certificates.makeAuthority(name);
  pod = await Pod.create({
    manifests: postgresManifests(undefined, database),
    secrets: {
      ...secretsWith('a secret that is long enough'),
      [postgresCertificates.server]: certificates.sign('authority', 'postgres-service'),
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

/** Logs in as the backup does, with the variables of its container, but for some. */
async function logIn(authority: string, changed: Readonly<Record<string, string>> = {}): Promise<string> {
  const stated = (makeBackupContainer(database, []).env ?? []).filter(({ name }) => name.startsWith('PG'));
  const env = Object.fromEntries(stated.map(({ name, value }) => [name, value ?? '']));
  const target = { PGHOSTADDR: '127.0.0.2', PGDATABASE: database.name, PGPASSWORD: backupPassword };
  const own = { PGSSLROOTCERT: certificates.path(`${authority}.crt`) };
  const client = ['/usr/lib/postgresql/15/bin/psql', '-XAtwc', 'SELECT 1'];
  return (await pod.client(client, { ...env, ...target, ...own, ...changed })).output.trim();
}

/** The certificate that a client is shown. */
async function servedCertificate(): Promise<string> {
  const ask = 'openssl s_client -connect 127.0.0.2:5432 -starttls postgres </dev/null 2>&1 | openssl x509';
  return (await pod.client(['bash', '-c', ask])).output.trim();
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
  pod.changeSecret(postgresCertificates.server, certificates.sign('other', 'postgres-service'));
  await eventually('the renewed certificate', 30, async () => (await logIn('other')) === '1');
  expect(await logIn('authority')).toMatch(/certificate verify failed/);
  expect(await started()).toBe(before);
});

test('a certificate that does not fit its key leaves the previous one in use', async () => {
  pod.changeSecret(postgresCertificates.server, {
    ...certificates.sign('authority', 'postgres-service'),
    'tls.key': certificates.read('other.key'),
  });
  await eventually('a reload that is refused', 30, async () => /could not load|key values mismatch/.test(pod.log));
  expect(await logIn('other')).toBe('1');
  pod.changeSecret(postgresCertificates.server, certificates.sign('authority', 'postgres-service'));
  await eventually('the renewed certificate', 30, async () => (await logIn('authority')) === '1');
});

test('who has read the authority before it is renewed goes on verifying, since it keeps its key', async () => {
  const before = certificates.read('authority.crt');
  writeFileSync(certificates.path('former.crt'), before);
  certificates.renewAuthority('authority', 'authority.key');
  expect(certificates.read('authority.crt')).not.toBe(before);
  const renewed = certificates.sign('authority', 'postgres-service');
  pod.changeSecret(postgresCertificates.server, renewed);
  await eventually(
    'the renewed certificate',
    30,
    async () => (await servedCertificate()) === renewed['tls.crt']?.trim(),
  );
  expect([await logIn('former'), await logIn('authority')]).toEqual(['1', '1']);
});
