import { listDatabaseRoles } from './database-roles';
import type { Environment } from './environment';
import type { Problem } from './errors';
import type { Platform } from './platform';
import { resolveDatabaseEndpoint } from './settings/database';

/** Connections that a database offers, and the most that each of its clients may open. */
export interface ConnectionBudget {
  readonly available: number;
  readonly demands: readonly { readonly object: string; readonly connections: number }[];
}

/**
 * Connections reserved for other clients: superuser_reserved_connections (3), the exporter at the limit of its role (5),
 * the reconciliation of roles (1), a backup (2), and an administrator who investigates an incident (4).
 */
const reservedConnections = 15;

/**
 * Connections of CloudNativePG itself, besides the reconciliation of roles: three for the database `postgres` and three for that of
 * the services, the most that its instance manager opens for each, and a base backup (1). Standbys take none of them.
 */
const operatorConnections = 7;

/** Computes the connection budget: each service at its maximum during a rollout, the operator of a cluster, and the reserve. */
export function computeConnectionBudget(platform: Platform, environment: Environment): ConnectionBudget {
  const roles = listDatabaseRoles(platform, environment).filter(({ connections }) => connections >= 0);
  const services = roles.map(({ role, connections }) => ({ object: role, connections }));
  const operator =
    environment.database.kind === 'cluster' ? [{ object: 'operator', connections: operatorConnections }] : [];
  return {
    available: resolveDatabaseEndpoint(environment.database).maxConnections,
    demands: [...services, ...operator, { object: 'reserve', connections: reservedConnections }],
  };
}

/** Reports a budget that exceeds the connections of the server. */
export function findConnectionProblems({ available, demands }: ConnectionBudget, where: string): Problem[] {
  const needed = demands.reduce((sum, { connections }) => sum + connections, 0);
  if (needed <= available) return [];
  const sums = demands.map(({ object, connections }) => `${object} ${connections}`).join(', ');
  return [
    `${where}.database: ${needed} connections are needed (${sums}) and the server allows ${available}; ` +
      'raise max_connections, lower the maximum of pods of a service, or databasePoolSize in its contract',
  ];
}
