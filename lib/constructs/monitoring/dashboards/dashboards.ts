import { rememberTexts } from '../../../manifests/remember';
import type { RuleContext } from '../rules/rule';
import { buildDashboard, type Dashboard } from './dashboard';
import { makeNodesDashboard } from './nodes-dashboard';
import { makePlatformDashboard } from './platform-dashboard';
import { makePostgresDashboard } from './postgres-dashboard';
import { makeRedisDashboard } from './redis-dashboard';
import { makeServiceDashboard } from './service-dashboard';

/** Input of all dashboards of an environment, a part of the input of its rules. */
export type DashboardInput = Pick<RuleContext, 'services' | 'database' | 'cache' | 'logs' | 'servers' | 'gateway'>;

/**
 * All dashboards of an environment. Managed stores have none: their provider shows their metrics. Servers that others share
 * have dashboards of the nodes themselves.
 */
export function buildDashboards(input: DashboardInput): readonly Dashboard[] {
  return buildFromText(JSON.stringify(input));
}

/** Many environments differ in nothing that a dashboard shows. */
const buildFromText = rememberTexts((text): readonly Dashboard[] => {
  const input: DashboardInput = JSON.parse(text);
  const { database, cache, servers } = input;
  const definitions = [
    makePlatformDashboard(input),
    makeServiceDashboard(input),
    ...(database.kind !== 'managed' ? [makePostgresDashboard(database, input)] : []),
    ...(cache.kind === 'managed' ? [] : [makeRedisDashboard(cache.kind, input)]),
    ...(servers.kind === 'own' ? [makeNodesDashboard()] : []),
  ];
  return definitions.map((definition) => buildDashboard(definition, servers));
}, 10);
