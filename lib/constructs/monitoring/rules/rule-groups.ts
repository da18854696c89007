import { alertmanagerGroup, watchdogGroup } from './alertmanager';
import { backupGroup } from './backup';
import { cacheGroup, replicatedCacheGroup } from './cache';
import { capacityGroup } from './capacity';
import { databaseGroup } from './database';
import { databaseClusterGroup } from './database-cluster';
import { edgeGroup } from './edge';
import { envoyGatewayGroup } from './envoy-gateway';
import { logsGroup } from './logs';
import { nodesGroup } from './nodes';
import { prometheusGroup } from './prometheus';
import { remoteWriteGroup } from './remote-write';
import { type AlertGroup, alertRules, type RuleContext, type RuleGroup } from './rule';
import { serviceSliGroups, serviceSloGroup } from './service-slo';
import { servicesGroup } from './services';
import { targetsGroup } from './targets';
import { workloadsGroup } from './workloads';

/**
 * All recording and alerting rules of an environment.
 * Managed stores have no exporter in the cluster, so they have no alerts. Servers that others share add labels to alerts,
 * which say whose they are.
 */
export function ruleGroups(input: RuleContext): RuleGroup[] {
  const { servers } = input;
  const alerts = [...environmentGroups(input), ...serverGroups(input)];
  const groups = [...serviceSliGroups(input), ...alerts.map((group) => alertRules(group, input))];
  if (servers.kind === 'own') return groups;
  const { environment, namespace } = servers;
  return groups.map((group) => ({ ...group, labels: { environment, namespace } }));
}

/** Alerts about the environment itself, for its own servers as for those of the cluster. */
function environmentGroups(input: RuleContext): AlertGroup[] {
  const { database, cache, logs, gateway, bricks } = input;
  return [
    serviceSloGroup(input),
    servicesGroup(input),
    targetsGroup(input),
    ...(database.kind === 'managed' ? [] : [databaseGroup(input)]),
    ...(database.cluster === 'none' ? [] : [databaseClusterGroup(input, database.cluster)]),
    ...(database.backup === 'none' ? [] : [backupGroup(input, database.backup)]),
    ...(cache.kind === 'managed' ? [] : [cacheGroup(input)]),
    ...(cache.kind === 'replicated' ? [replicatedCacheGroup(input)] : []),
    ...(logs === 'collected' ? [logsGroup(input)] : []),
    workloadsGroup(input),
    capacityGroup(input),
    edgeGroup(input),
    ...(gateway === 'envoy-gateway' ? [envoyGatewayGroup(input)] : []),
    ...bricks.filter(({ alerts }) => alerts.length > 0).map(({ name, alerts }) => ({ name: `brick-${name}`, alerts })),
  ];
}

/** Alerts about the servers and their nodes. Those of the cluster have rules of their own. */
function serverGroups(input: RuleContext): AlertGroup[] {
  const { servers, sendsSamples } = input;
  if (servers.kind === 'shared') return servers.deadMansSwitch === 'none' ? [] : [watchdogGroup];
  return [
    nodesGroup,
    watchdogGroup,
    prometheusGroup(input),
    ...(sendsSamples ? [remoteWriteGroup(input)] : []),
    alertmanagerGroup(input),
  ];
}
