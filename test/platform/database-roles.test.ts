import {
  addOwnerClients,
  findMigrationRole,
  findRoleProblems,
  findServiceRole,
  type LoginRole,
  listDatabaseRoles,
  listServiceSecretKeys,
} from '../../lib/platform/database-roles';
import type { Environment } from '../../lib/platform/environment';
import type { Platform } from '../../lib/platform/platform';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { staging } from '../support/environments/staging';
import { contracts } from '../support/own-platform';
import { shop, shopTest } from '../support/shop';

const migration = { kind: 'job', service: 'backend-api', command: ['./migrate'], timeoutSeconds: 60 };
const migrated = changed(staging, 'deployment.migration', migration);
const clients = contracts.filter(({ calls }) => calls.includes('database')).map(({ name }) => name);
const access = (roles: readonly LoginRole[]) => Object.fromEntries(roles.map((role) => [role.role, role.access.kind]));

test('services that make their tables themselves own them, or act as the owner of those that all share', () => {
  const [makers, acting] = ['maker', 'acting'].map((kind) => Object.fromEntries(clients.map((name) => [name, kind])));
  expect(access(listDatabaseRoles(veza, staging))).toEqual({ ...makers, veza_user: 'owner' });
  const shared = changed(staging, 'deployment.migration', { kind: 'none', tables: 'shared' });
  expect(access(listDatabaseRoles(veza, shared))).toEqual({ ...acting, veza_user: 'owner' });
});

test('services no longer make tables once a migration does, unless they state that they go on', () => {
  const own = Object.fromEntries(clients.map((name) => [name, 'service']));
  expect(access(listDatabaseRoles(veza, migrated))).toEqual({
    ...own,
    postgres_migration: 'acting',
    veza_user: 'owner',
  });
  const services = veza.services.map((each) =>
    each.name === 'chat-server' ? { ...each, databaseAccess: 'owner' as const } : each,
  );
  const mixed = listDatabaseRoles({ ...veza, services } as Platform, migrated);
  expect(access(mixed)).toMatchObject({ ...own, 'chat-server': 'acting' });
  const [, chat] = listDatabaseRoles({ ...veza, services } as Platform, staging);
  expect(chat?.access).toEqual({ kind: 'maker', shared: 'none', reads: [] });
});

test('each has its own password, and at most the connections of its pods at full scale with the one of a rollout', () => {
  const { scaling } = staging.services['chat-server'];
  const pods = scaling.kind === 'fixed' ? scaling.replicas : scaling.max;
  const role = findServiceRole(listDatabaseRoles(veza, staging), 'chat-server');
  const pool = veza.services.find(({ name }) => name === 'chat-server')?.databasePoolSize ?? 0;
  expect(role).toMatchObject({ passwordKey: 'DB_PASSWORD_CHAT_SERVER', connections: (pods + 1) * pool });
  const passwords = clients.map((name) => `DB_PASSWORD_${name.toUpperCase().replaceAll('-', '_')}`);
  expect(listServiceSecretKeys(veza, listDatabaseRoles(veza, staging))).toEqual([...passwords, ...veza.secrets]);
});

test('the owner logs in only while that is allowed, and the migration as the owner as long', () => {
  expect(findMigrationRole(listDatabaseRoles(veza, migrated))?.role).toBe('veza_user');
  const denied = listDatabaseRoles(veza, changed(migrated, 'database.ownerLogin', 'denied'));
  expect(denied.map(({ role }) => role)).not.toContain('veza_user');
  expect(findMigrationRole(denied)?.role).toBe('postgres_migration');
  expect(listServiceSecretKeys(veza, denied)).not.toContain('DB_PASSWORD');
});

test('a managed database has one role or one for each service, as it states', () => {
  expect(listDatabaseRoles(shop, shopTest).map(({ role }) => role)).toEqual([shopTest.database.user]);
  const own = listDatabaseRoles(shop, changed(shopTest, 'database.roles', 'per-service'));
  expect(own.map(({ role }) => role)).toEqual(['catalog']);
});

test('without services that use the database there is the owner: no list of keys is empty', () => {
  const ephemeral = { ...staging, database: { ...staging.database, kind: 'ephemeral' } } as unknown as Environment;
  const [owner, ...others] = listDatabaseRoles({ ...veza, services: [] }, ephemeral);
  expect([owner.passwordKey, others]).toEqual(['DB_PASSWORD', []]);
});

test('workloads that are no services log in as the owner, and are refused where it may not', () => {
  const roles = listDatabaseRoles(veza, staging);
  const [owner] = addOwnerClients(roles, ['queue', 'veza-chat-server'], 'staging.database').slice(-1);
  expect(owner?.workloads).toEqual([...clients.map((name) => `veza-${name}`), 'queue']);
  const denied = listDatabaseRoles(veza, changed(staging, 'database.ownerLogin', 'denied'));
  expect(addOwnerClients(denied, ['veza-chat-server'], 'staging.database')).toEqual(denied);
  expect(() => addOwnerClients(denied, ['queue'], 'staging.database')).toThrow(
    'staging.database: queue calls it, and only the owner can log in for it; state that it may',
  );
});

test('services that log in as one role cannot have tables of their own', () => {
  const own = changed(shopTest, 'deployment.migration', { kind: 'none', tables: 'own' });
  expect(findRoleProblems(shop, own, 'test')).toEqual([
    'test.deployment.migration.tables: own takes a role for each service; state roles per-service, or shared',
  ]);
  expect(findRoleProblems(shop, changed(own, 'database.roles', 'per-service'), 'test')).toEqual([]);
  expect(findRoleProblems(shop, shopTest, 'test')).toEqual([]);
});

describe('names that are two things at once are refused', () => {
  const problems = (name: string, user = 'shop_user', secrets: readonly string[] = shop.secrets) => {
    const services = shop.services.map((each) => (each.name === 'catalog' ? { ...each, name } : each));
    const environment = changed(changed(shopTest, 'database.user', user), 'database.roles', 'per-service');
    return findRoleProblems({ ...shop, secrets, services } as unknown as Platform, environment as Environment, 'test');
  };

  test.each([
    [
      'a role of the server',
      ['postgres'],
      "test.services.postgres: is one of PostgreSQL's own roles; rename the service",
    ],
    [
      'the owner',
      ['catalog', 'catalog'],
      'test.database.user: "catalog": is the role of the service catalog; use another name',
    ],
    [
      'another secret',
      ['catalog', 'shop_user', [...shop.secrets, `${shop.databasePassword}_CATALOG`]],
      `test.database: the password of two roles, or another secret, is under ${shop.databasePassword}_CATALOG; rename one`,
    ],
  ] as const)('%s', (_, [name, user, secrets], problem) => {
    expect(problems(name, user, secrets)).toEqual([problem]);
  });

  test('and others are not', () => {
    expect(problems('catalog')).toEqual([]);
  });
});
