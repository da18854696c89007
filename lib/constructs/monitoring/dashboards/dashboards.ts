import type { Dashboard } from '../grafana-dashboards';
import type { RuleContext } from '../rules/rule';
import { nodesDashboard } from './nodes-dashboard';
import { platformDashboard } from './platform-dashboard';
import { postgresDashboard } from './postgres-dashboard';
import { redisDashboard } from './redis-dashboard';
import { serviceDashboard } from './service-dashboard';

/** What dashboards are made from: a part of what rules are made from. */
export type DashboardInput = Pick<RuleContext, 'services' | 'database' | 'cache'>;

/** Every dashboard of an environment. Stores that somebody else runs have none: their provider shows their figures. */
export function dashboards(input: DashboardInput): Dashboard[] {
  const { services, database, cache } = input;
  return [
    platformDashboard(input),
    serviceDashboard(services),
    ...(database.kind === 'in-cluster' ? [postgresDashboard(database)] : []),
    ...(cache.kind === 'in-cluster' ? [redisDashboard()] : []),
    nodesDashboard(),
  ];
}
