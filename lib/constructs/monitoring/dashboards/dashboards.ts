import type { Dashboard } from '../grafana-dashboards';
import type { RuleContext } from '../rules/rule';
import { nodesDashboard } from './nodes-dashboard';
import { platformDashboard } from './platform-dashboard';
import { postgresDashboard } from './postgres-dashboard';
import { redisDashboard } from './redis-dashboard';
import { serviceDashboard } from './service-dashboard';

/** Input of all dashboards of an environment, a part of the input of its rules. */
export type DashboardInput = Pick<RuleContext, 'services' | 'database' | 'cache' | 'logs'>;

/** All dashboards of an environment. Managed stores have none: their provider shows their metrics. */
export function dashboards(input: DashboardInput): Dashboard[] {
  const { database, cache, logs } = input;
  return [
    platformDashboard(input),
    serviceDashboard(input),
    ...(database.kind !== 'managed' ? [postgresDashboard(database, logs)] : []),
    ...(cache.kind === 'managed' ? [] : [redisDashboard(cache.kind, logs)]),
    nodesDashboard(),
  ];
}
