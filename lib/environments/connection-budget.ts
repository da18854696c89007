import { databaseEndpoint } from '../data/database';
import type { Platform } from '../platform';
import type { Problem } from '../problems';
import { maximumReplicas, maxSurge } from '../services/scaling';
import type { Environment } from './environment';

/**
 * Connections that are not the services': PostgreSQL's own superuser_reserved_connections (3), the exporter (2), the
 * reconciliation of roles (1), a backup (2), and somebody who looks for the cause of the trouble (4).
 */
const reservedConnections = 12;

/** The database's connections as a budget: what the services may open during a rollout at full scale must fit. */
export function connectionProblems(platform: Platform, environment: Environment, where: string): Problem[] {
  const { maxConnections } = databaseEndpoint(environment.database);
  const demands = platform.services.map(({ name, databaseConnections }) => {
    const sizing = environment.services[name];
    return { name, connections: sizing ? (maximumReplicas(sizing.scaling) + maxSurge) * databaseConnections : 0 };
  });
  const needed = demands.reduce((sum, { connections }) => sum + connections, reservedConnections);
  if (needed <= maxConnections) return [];
  const sums = demands.map(({ name, connections }) => `${name} ${connections}`).join(', ');
  return [
    `${where}.database: ${needed} connections are needed (${sums}, reserve ${reservedConnections}) and the server allows ` +
      `${maxConnections}; allow more, lower a maximum, or make a service's pool smaller`,
  ];
}
