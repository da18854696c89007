import { listDatabaseLogins } from '../../lib/charts/services';
import type { LoginRole, RoleAccess } from '../../lib/platform/database-roles';
import { catalog } from '../support/shop';

function role(name: string, access: RoleAccess): LoginRole {
  return { role: name, access, passwordKey: `PASSWORD_OF_${name}`, connections: 4, workloads: [`shop-${name}`] };
}

const idle = { ...catalog, name: 'idle', calls: [] };
const platform = { services: [catalog, idle], databasePassword: 'DB_PASSWORD' };
const settingsOf = (user: string) => ({ DB_HOST: 'db', DB_USER: user });
const shared = settingsOf('shopkeeper');

test('a service with a role of its own reads the settings that name it, and its password', () => {
  const roles = [role('catalog', { kind: 'service', shared: 'read', reads: [] })];
  expect(listDatabaseLogins(platform, roles, settingsOf, shared)).toEqual({
    services: { catalog: { settings: { DB_USER: 'catalog' }, secrets: { DB_PASSWORD: 'PASSWORD_OF_catalog' } } },
    migration: undefined,
    ownSettings: ['DB_USER'],
  });
});

test('services that log in as the owner read what is shared, and so does the migration', () => {
  const login = { settings: {}, secrets: { DB_PASSWORD: 'PASSWORD_OF_shopkeeper' } };
  expect(listDatabaseLogins(platform, [role('shopkeeper', { kind: 'owner' })], settingsOf, shared)).toEqual({
    services: { catalog: login },
    migration: login,
    ownSettings: [],
  });
});

test('the migration has a role of its own where the owner may not log in', () => {
  const roles = [role('catalog', { kind: 'acting' }), role('postgres_migration', { kind: 'acting' })];
  const { migration } = listDatabaseLogins(platform, roles, settingsOf, shared);
  expect(migration?.settings).toEqual({ DB_USER: 'postgres_migration' });
});
