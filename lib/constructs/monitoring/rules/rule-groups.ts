import { backupAlerts } from './backup';
import { cacheAlerts, replicatedCacheAlerts } from './cache';
import { capacityAlerts } from './capacity';
import { databaseAlerts } from './database';
import { databaseClusterAlerts } from './database-cluster';
import { edgeAlerts, envoyGatewayAlerts } from './edge';
import { logAlerts } from './logs';
import { alertmanagerAlerts, prometheusAlerts, remoteWriteAlerts, watchdog } from './monitoring-servers';
import { nodeAlerts } from './nodes';
import { type Alert, alertRule, type RuleContext, type RuleGroup } from './rule';
import { errorBudgetAlerts, serviceSliGroups } from './service-slo';
import { serviceAlerts } from './services';
import { targetAlerts } from './targets';
import { workloadAlerts } from './workloads';

/**
 * All recording and alerting rules of an environment. Servers that others share add labels to alerts, which say whose they
 * are.
 */
export function ruleGroups(input: RuleContext): RuleGroup[] {
  const { servers, runbookBaseUrl } = input;
  const alertGroups = Object.entries({ ...environmentAlerts(input), ...serverAlerts(input) })
    .filter(([, alerts]) => alerts.length > 0)
    .map(([name, alerts]) => ({ name, rules: alerts.map((alert) => alertRule(alert, runbookBaseUrl)) }));
  const groups = [...serviceSliGroups(input), ...alertGroups];
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
function environmentAlerts(input: RuleContext): AlertGroups {
  const { database, cache, logs, gateway, bricks } = input;
  return {
    'service-slo': errorBudgetAlerts(input),
    services: serviceAlerts(input),
    targets: targetAlerts(input),
    database: database.kind === 'managed' ? [] : databaseAlerts(input),
    'database-cluster': database.cluster === 'none' ? [] : databaseClusterAlerts(input, database.cluster),
    backup: database.backup === 'none' ? [] : backupAlerts(input, database.backup),
    cache: cache.kind === 'managed' ? [] : cacheAlerts(input),
    'replicated-cache': cache.kind === 'replicated' ? replicatedCacheAlerts(input) : [],
    logs: logs === 'collected' ? logAlerts(input) : [],
    workloads: workloadAlerts(input),
    capacity: capacityAlerts(input),
    edge: edgeAlerts(input),
    'envoy-gateway': gateway === 'envoy-gateway' ? envoyGatewayAlerts(input) : [],
    ...Object.fromEntries(bricks.map(({ name, alerts }) => [`brick-${name}`, alerts])),
  };
}

/** Alerts about the servers and their nodes. Those of the cluster have rules of their own. */
function serverAlerts(input: RuleContext): AlertGroups {
  const { servers, sendsSamples } = input;
  if (servers.kind === 'shared') return { watchdog: servers.deadMansSwitch === 'none' ? [] : watchdog };
  return {
    nodes: nodeAlerts,
    watchdog,
    prometheus: prometheusAlerts(input),
    'remote-write': sendsSamples ? remoteWriteAlerts(input) : [],
    alertmanager: alertmanagerAlerts(input),
  };
}
