import { type Database, databaseSchema, resolveDatabaseEndpoint } from '../../../lib/platform/settings/database';
import { database } from '../../constructs/postgres/support/stores';

const managed: Database = {
  kind: 'managed',
  name: 'veza_production',
  user: 'veza_user',
  host: 'db.example.com',
  port: 5433,
  cidr: '10.1.2.0/24',
  maxConnections: 90,
  roles: 'one',
  certificate: { kind: 'unverified' },
};

function problems(value: unknown): string[] {
  const { error } = databaseSchema.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('takes both kinds', () => {
  expect(problems(database)).toEqual([]);
  expect(problems(managed)).toEqual([]);
});

test('a database in the cluster is reached through its Service', () => {
  expect(resolveDatabaseEndpoint(database)).toStrictEqual({
    host: 'postgres-service',
    port: 5432,
    name: 'veza_production',
    user: 'veza_user',
    sslMode: 'require',
    authority: undefined,
    maxConnections: 200,
  });
});

test('a managed database is reached where it is', () => {
  expect(resolveDatabaseEndpoint(managed)).toStrictEqual({
    host: 'db.example.com',
    port: 5433,
    name: 'veza_production',
    user: 'veza_user',
    sslMode: 'require',
    authority: undefined,
    maxConnections: 90,
  });
});

test('the certificate of a managed database is verified with the authority that is stated', () => {
  const certificate = { kind: 'verified', configMap: 'database-authority', key: 'rds.pem' } as const;
  expect(resolveDatabaseEndpoint({ ...managed, certificate })).toMatchObject({
    sslMode: 'verify-full',
    authority: { kind: 'ConfigMap', name: 'database-authority', key: 'rds.pem' },
  });
});

const identifierRemedy = 'use lower-case letters, digits and underscores, no digit first, at most 63';
const reservedRole = "is one of PostgreSQL's own roles; use another name";
const reservedDatabase = "is one of PostgreSQL's own databases; use another name";

test.each([
  ['name', 'Veza', identifierRemedy],
  ['name', '1veza', identifierRemedy],
  ['name', 'veza-production', identifierRemedy],
  ['name', 'v'.repeat(64), identifierRemedy],
  ['name', 'postgres', reservedDatabase],
  ['name', 'template1', reservedDatabase],
  ['user', "veza'; DROP ROLE x", identifierRemedy],
  ['user', 'postgres', reservedRole],
  ['user', 'postgres_exporter', reservedRole],
  ['user', 'pg_monitor', reservedRole],
  ['user', 'public', reservedRole],
])('refuses %s %j', (key, value, message) => {
  expect(problems({ ...database, [key]: value })).toEqual([`${key}: ${message}`]);
  expect(problems({ ...managed, [key]: value })).toEqual([`${key}: ${message}`]);
});

test.each([
  ['host', 'db example', 'use a host name or an IP address'],
  ['port', 0, 'use a whole number from 1 to 65535'],
  ['port', 1.5, 'use a whole number from 1 to 65535'],
  ['cidr', '10.1.2.0', 'use CIDR notation, such as 10.0.0.0/16'],
  ['maxConnections', 0, 'use a whole number of 1 or more'],
  ['maxConnections', 2.5, 'use a whole number of 1 or more'],
])('refuses a managed database with %s %j', (key, value, message) => {
  expect(problems({ ...managed, [key]: value })).toEqual([`${key}: ${message}`]);
});

test.each([
  [
    { className: 'Fast Disk', size: '1Gi' },
    'storage.className: use lower-case letters, digits, inner hyphens and dots',
  ],
  [{ className: 'standard', size: '0Gi' }, 'storage.size: use a Kubernetes quantity above zero, such as 250m or 512Mi'],
])('refuses storage %j', (storage, message) => {
  expect(problems({ ...database, storage })).toEqual([message]);
});

test('refuses memory that the settings would use up', () => {
  const small = { ...database.resources.limits, memory: '1Gi' };
  expect(problems({ ...database, resources: { requests: small, limits: small } })).toEqual([
    'resources.limits.memory: is below the 1056Mi of shared_buffers and max_connections times work_mem; raise it or lower those',
  ]);
});

test('refuses a field that it does not know, and a kind', () => {
  expect(problems({ ...managed, password: 'x' })).toEqual([': Unrecognized key: "password"']);
  expect(problems({ ...managed, kind: 'embedded' })).toHaveLength(1);
});
