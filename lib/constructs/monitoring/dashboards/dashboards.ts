import type { RuleContext } from '../rules/rule';
import { buildDashboard, type Dashboard } from './dashboard';
import { nodesDashboard } from './nodes-dashboard';
import { platformDashboard } from './platform-dashboard';
import { postgresDashboard } from './postgres-dashboard';
import { redisDashboard } from './redis-dashboard';
import { serviceDashboard } from './service-dashboard';

/** Input of all dashboards of an environment, a part of the input of its rules. */
export type DashboardInput = Pick<RuleContext, 'services' | 'database' | 'cache' | 'logs' | 'servers' | 'gateway'>;

/**
 * All dashboards of an environment. Managed stores have none: their provider shows their metrics. Servers that others share
 * have dashboards of the nodes themselves.
 */
export function buildDashboards(input: DashboardInput): Dashboard[] {
  const { database, cache, servers } = input;
  const definitions = [
    platformDashboard(input),
    serviceDashboard(input),
    ...(database.kind !== 'managed' ? [postgresDashboard(database, input)] : []),
    ...(cache.kind === 'managed' ? [] : [redisDashboard(cache.kind, input)]),
    ...(servers.kind === 'own' ? [nodesDashboard()] : []),
  ];
  return definitions.map((definition) => buildDashboard(definition, servers));
}
