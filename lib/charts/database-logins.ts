import type { ServiceLogin } from '../constructs/service/service-pod';
import { type LoginRole, roleOfMigration, roleOfService } from '../platform/database-roles';
import type { Platform } from '../platform/platform';

/** How the services of an environment log in to the database, and the migration. */
export interface DatabaseLogins {
  /** By the name of the service; those that use no database are missing. */
  readonly services: Readonly<Record<string, ServiceLogin>>;
  readonly migration: ServiceLogin | undefined;
  /** Settings that have other values in some service than in the ConfigMap. */
  readonly ownSettings: readonly string[];
}

/**
 * Settings and secrets of each role that logs in: those that name the role differ, wherever they do so.
 * @param resolve the text of every setting for a role
 * @param shared the text of every setting in the ConfigMap
 */
export function databaseLogins(
  { services, databasePassword }: Pick<Platform, 'services' | 'databasePassword'>,
  roles: readonly LoginRole[],
  resolve: (role: string) => Readonly<Record<string, string>>,
  shared: Readonly<Record<string, string>>,
): DatabaseLogins {
  const login = ({ role, passwordKey }: LoginRole): ServiceLogin => {
    const own = Object.entries(resolve(role)).filter(([name, value]) => shared[name] !== value);
    return { settings: Object.fromEntries(own), secrets: { [databasePassword]: passwordKey } };
  };
  const logins = services.flatMap(({ name, calls }) => {
    const role = calls.includes('database') ? roleOfService(roles, name) : undefined;
    return role === undefined ? [] : [[name, login(role)] as const];
  });
  const migration = roleOfMigration(roles);
  return {
    services: Object.fromEntries(logins),
    migration: migration && login(migration),
    ownSettings: [...new Set(logins.flatMap(([, { settings }]) => Object.keys(settings)))],
  };
}
