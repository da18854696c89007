import { makeBackupAlerts } from './backup';
import { makeCacheAlerts, makeReplicatedCacheAlerts } from './cache';
import { makeCapacityAlerts } from './capacity';
import { makeDatabaseAlerts } from './database';
import { makeDatabaseClusterAlerts } from './database-cluster';
import { makeEdgeAlerts, makeEnvoyGatewayAlerts } from './edge';
import { makeLogAlerts } from './logs';
import { makeAlertmanagerAlerts, makePrometheusAlerts, makeRemoteWriteAlerts, watchdog } from './monitoring-servers';
import { nodeAlerts } from './nodes';
import { type Alert, makeAlertRule, type RuleContext, type RuleGroup } from './rule';
import { makeErrorBudgetAlerts, makeServiceSliGroups } from './service-slo';
import { makeServiceAlerts } from './services';
import { makeTargetAlerts } from './targets';
import { makeWorkloadAlerts } from './workloads';

/**
 * All recording and alerting rules of an environment. Servers that others share add labels to alerts, which say whose they
 * are.
 */
export function makeRuleGroups(input: RuleContext): RuleGroup[] {
  const { servers, runbookBaseUrl } = input;
  const alertGroups = Object.entries({ ...makeEnvironmentAlerts(input), ...makeServerAlerts(input) })
    .filter(([, alerts]) => alerts.length > 0)
    .map(([name, alerts]) => ({ name, rules: alerts.map((alert) => makeAlertRule(alert, runbookBaseUrl)) }));
  const groups = [...makeServiceSliGroups(input), ...alertGroups];
  if (servers.kind === 'own') return groups;
  const { environment, namespace } = servers;
  return groups.map((group) => ({ ...group, labels: { environment, namespace } }));
}

/** Alerts by the name of their group, in the order in which Prometheus evaluates them. */
type AlertGroups = Readonly<Record<string, readonly Alert[]>>;

/**
 * Alerts about the environment itself, for its own servers as for those of the cluster. Managed stores have no exporter in the
 * cluster, so they have no alerts.
 */
function makeEnvironmentAlerts(input: RuleContext): AlertGroups {
  const { database, cache, logs, gateway, addOns } = input;
  return {
    'service-slo': makeErrorBudgetAlerts(input),
    services: makeServiceAlerts(input),
    targets: makeTargetAlerts(input),
    database: database.kind === 'managed' ? [] : makeDatabaseAlerts(input),
    'database-cluster': database.cluster === 'none' ? [] : makeDatabaseClusterAlerts(input, database.cluster),
    backup: database.backup === 'none' ? [] : makeBackupAlerts(input, database.backup),
    cache: cache.kind === 'managed' ? [] : makeCacheAlerts(input),
    'replicated-cache': cache.kind === 'replicated' ? makeReplicatedCacheAlerts(input) : [],
    logs: logs === 'collected' ? makeLogAlerts(input) : [],
    workloads: makeWorkloadAlerts(input),
    capacity: makeCapacityAlerts(input),
    edge: makeEdgeAlerts(input),
    'envoy-gateway': gateway === 'envoy-gateway' ? makeEnvoyGatewayAlerts(input) : [],
    ...Object.fromEntries(addOns.map(({ name, alerts }) => [`add-on-${name}`, alerts])),
  };
}

/** Alerts about the servers and their nodes. Those of the cluster have rules of their own. */
function makeServerAlerts(input: RuleContext): AlertGroups {
  const { servers, sendsSamples } = input;
  if (servers.kind === 'shared') return { watchdog: servers.deadMansSwitch === 'none' ? [] : watchdog };
  return {
    nodes: nodeAlerts,
    watchdog,
    prometheus: makePrometheusAlerts(input),
    'remote-write': sendsSamples ? makeRemoteWriteAlerts(input) : [],
    alertmanager: makeAlertmanagerAlerts(input),
  };
}
