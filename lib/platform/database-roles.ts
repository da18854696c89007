import type { Environment } from './environment';
import { type Problem, ValidationError } from './errors';
import type { Platform } from './platform';
import type { DatabaseAccess, ServiceContract } from './service-contract';
import { type Database, reservedRoles, serverRoles } from './settings/database';
import type { Migration } from './settings/deployment';
import { getMaximumReplicas, maxSurge } from './settings/scaling';
import { nameMigrationWorkload, nameServiceWorkload } from './workload-names';

/** A role that logs in to the database of an environment. */
export interface LoginRole {
  /** Name of the role: that of its service, `postgres_migration`, or the owner's. */
  readonly role: string;
  /** What it may do. */
  readonly access: RoleAccess;
  /** Key of the platform's Secret that has its password, such as `DB_PASSWORD_CHAT_SERVER`. */
  readonly passwordKey: string;
  /** Most sessions that it may have at once; -1 if only the server limits them. */
  readonly connections: number;
  /** Workloads whose pods log in with it, such as `veza-chat-server`. */
  readonly workloads: readonly string[];
}

/** The roles of an environment. There is one at least: a volume with no key would hold every key of the Secret. */
export type LoginRoles = readonly [LoginRole, ...LoginRole[]];

/** What a role may do in the database. */
export type RoleAccess = ServiceRoleAccess | MakerAccess | ActingAccess | OwnerAccess;

/** A service reads and writes its own schema, which has its name, and what its contract states of the others. */
export interface ServiceRoleAccess extends DatabaseAccess {
  readonly kind: 'service';
}

/** A service that makes its tables itself, in its own schema: they belong to it. Of the others it may do what its contract states. */
export interface MakerAccess extends DatabaseAccess {
  /** The literal `maker`. */
  readonly kind: 'maker';
}

/** The migration, or a service that makes tables which others share: its sessions act as the owner, so that what they make is the owner's. */
export interface ActingAccess {
  readonly kind: 'acting';
}

/** The owner itself logs in: services of releases before roles of their own do. */
export interface OwnerAccess {
  readonly kind: 'owner';
}

/** What of an environment decides its roles. */
export type RoleInput = Pick<Environment, 'database' | 'services' | 'deployment'>;

/** Services of a platform that use its database. */
function selectDatabaseServices({ services }: Pick<Platform, 'services'>): ServiceContract[] {
  return services.filter(({ calls }) => calls.includes('database'));
}

/** Whether the owner of a database may log in. An ephemeral one has nothing that a service could take. */
export function isOwnerLoginAllowed(database: Database): boolean {
  if (database.kind === 'ephemeral') return true;
  return database.kind === 'managed' ? database.roles === 'one' : database.ownerLogin === 'allowed';
}

/** Every role that logs in to the database of an environment, with its limit: no service takes another's connections. */
export function listDatabaseRoles(platform: Platform, environment: RoleInput): LoginRoles {
  const { name, databasePassword } = platform;
  const { database, services, deployment } = environment;
  const users = selectDatabaseServices(platform);
  const { migration } = deployment;
  const migrated = users.find((service) => migration.kind === 'job' && migration.service === service.name);
  const owner: LoginRole = {
    role: database.user,
    access: { kind: 'owner' },
    passwordKey: databasePassword,
    connections: -1,
    workloads: [
      ...users.map((service) => nameServiceWorkload(name, service.name)),
      ...(migrated === undefined ? [] : [nameMigrationWorkload(name)]),
    ],
  };
  const [first, ...others] = users.map((contract) => ({
    ...makeServiceRole(platform, contract, services[contract.name]),
    access: decideServiceAccess(contract, migration),
  }));
  if (first === undefined || (database.kind === 'managed' && database.roles === 'one')) return [owner];
  return [
    first,
    ...others,
    ...(migrated === undefined ? [] : [makeMigrationRole(platform, migrated)]),
    ...(isOwnerLoginAllowed(database) ? [owner] : []),
  ];
}

/** The limit is the most that its pods open: those at full scale, and the one that a rollout adds. */
function makeServiceRole(
  { name: platform, databasePassword }: Platform,
  { name, databasePoolSize }: ServiceContract,
  sizing: Environment['services'][string] | undefined,
): Omit<LoginRole, 'access'> {
  const pods = sizing === undefined ? 0 : getMaximumReplicas(sizing.scaling) + maxSurge;
  return {
    role: name,
    passwordKey: `${databasePassword}_${name.toUpperCase().replaceAll('-', '_')}`,
    connections: pods * databasePoolSize,
    workloads: [nameServiceWorkload(platform, name)],
  };
}

/** Without a migration services make their tables when they start: their own, or those that all share. */
function decideServiceAccess({ databaseAccess }: ServiceContract, migration: Migration): RoleAccess {
  const stated: DatabaseAccess = typeof databaseAccess === 'string' ? { shared: 'none', reads: [] } : databaseAccess;
  if (migration.kind === 'none') return migration.tables === 'own' ? { kind: 'maker', ...stated } : { kind: 'acting' };
  return databaseAccess === 'owner' ? { kind: 'acting' } : { kind: 'service', ...stated };
}

function makeMigrationRole({ name, databasePassword }: Platform, { databasePoolSize }: ServiceContract): LoginRole {
  return {
    role: serverRoles.migration,
    access: { kind: 'acting' },
    passwordKey: `${databasePassword}_MIGRATION`,
    connections: databasePoolSize,
    workloads: [nameMigrationWorkload(name)],
  };
}

/**
 * The roles with workloads that are no services, whose pods log in as the owner.
 * @throws ValidationError if it may not log in, and they have no role of a service
 */
export function addOwnerClients(roles: LoginRoles, clients: readonly string[], where: string): LoginRoles {
  const known = roles.flatMap(({ workloads }) => workloads);
  const others = clients.filter((client) => !known.includes(client));
  if (others.length > 0 && findOwnerRole(roles) === undefined) {
    const problem = (client: string) =>
      `${where}: ${client} calls it, and only the owner can log in for it; state that it may`;
    throw new ValidationError(others.map(problem));
  }
  const extend = (role: LoginRole): LoginRole =>
    role.access.kind === 'owner' ? { ...role, workloads: [...new Set([...role.workloads, ...clients])] } : role;
  const [first, ...rest] = roles;
  return [extend(first), ...rest.map(extend)];
}

/** The role that a service logs in with; undefined if it uses no database. */
export function findServiceRole(roles: readonly LoginRole[], service: string): LoginRole | undefined {
  return roles.find(({ role, access }) => access.kind !== 'owner' && role === service) ?? findOwnerRole(roles);
}

/**
 * The role that a migration logs in with. It runs before the server gets its new roles, so it is the owner as long as that
 * one may log in.
 */
export function findMigrationRole(roles: readonly LoginRole[]): LoginRole | undefined {
  return findOwnerRole(roles) ?? roles.find(({ role }) => role === serverRoles.migration);
}

function findOwnerRole(roles: readonly LoginRole[]): LoginRole | undefined {
  return roles.find(({ access }) => access.kind === 'owner');
}

/** Names that are two things at once, roles or keys of the Secret, and services that share the role which was to be their own. */
export function findRoleProblems(platform: Platform, environment: RoleInput, where: string): Problem[] {
  const { database, deployment } = environment;
  const { user } = database;
  const { migration } = deployment;
  const users = selectDatabaseServices(platform);
  const keys = listDatabaseRoles(platform, environment).map(({ passwordKey }) => passwordKey);
  const others = platform.secrets.filter((key) => key !== platform.databasePassword);
  const isOneRole = database.kind === 'managed' && database.roles === 'one';
  return [
    ...(isOneRole && users.length > 0 && migration.kind === 'none' && migration.tables === 'own'
      ? [`${where}.deployment.migration.tables: own takes a role for each service; state roles per-service, or shared`]
      : []),
    ...users
      .filter(({ name }) => reservedRoles.includes(name))
      .map(({ name }) => `${where}.services.${name}: is one of PostgreSQL's own roles; rename the service`),
    ...users
      .filter(({ name }) => name === user)
      .map(
        () => `${where}.database.user: ${JSON.stringify(user)}: is the role of the service ${user}; use another name`,
      ),
    ...keys
      .filter((key, index) => others.includes(key) || keys.indexOf(key) !== index)
      .map((key) => `${where}.database: the password of two roles, or another secret, is under ${key}; rename one`),
  ];
}

/** Keys of the Secret that services of an environment read: each role that logs in has its own password. */
export function listServiceSecretKeys(
  { secrets, databasePassword }: Pick<Platform, 'secrets' | 'databasePassword'>,
  roles: readonly LoginRole[],
): string[] {
  const passwords = roles.map(({ passwordKey }) => passwordKey);
  return secrets.flatMap((key) => (key === databasePassword ? passwords : [key]));
}
