import { alertmanagerGroup } from './alertmanager';
import { backupGroup } from './backup';
import { brickGroups } from './bricks';
import { cacheGroup } from './cache';
import { capacityGroup } from './capacity';
import { databaseGroup } from './database';
import { databaseClusterGroup } from './database-cluster';
import { edgeGroup } from './edge';
import { envoyGatewayGroup } from './envoy-gateway';
import { logsGroup } from './logs';
import { nodesGroup } from './nodes';
import { prometheusGroup } from './prometheus';
import { remoteWriteGroup } from './remote-write';
import { replicatedCacheGroup } from './replicated-cache';
import type { RuleContext, RuleGroup } from './rule';
import { serviceSliGroups, serviceSloGroup } from './service-slo';
import { servicesGroup } from './services';
import { targetsGroup } from './targets';
import { watchdogGroup } from './watchdog';
import { workloadsGroup } from './workloads';

/**
 * All recording and alerting rules of an environment.
 * Managed stores have no exporter in the cluster, so they have no alerts. Servers that others share add labels to alerts,
 * which say whose they are.
 */
export function ruleGroups(input: RuleContext): RuleGroup[] {
  const groups = environmentGroups(input);
  const { servers } = input;
  if (servers.kind === 'own') {
    return [
      ...groups,
      nodesGroup(input),
      watchdogGroup(input),
      prometheusGroup(input),
      ...(input.sendsSamples ? [remoteWriteGroup(input)] : []),
      alertmanagerGroup(input),
    ];
  }
  const { environment, namespace } = servers;
  const all = servers.deadMansSwitch === 'none' ? groups : [...groups, watchdogGroup(input)];
  return all.map((group) => ({ ...group, labels: { environment, namespace } }));
}

/** Rules about the environment itself, for its own servers as for those of the cluster. */
function environmentGroups(input: RuleContext): RuleGroup[] {
  return [
    ...serviceSliGroups(input),
    serviceSloGroup(input),
    servicesGroup(input),
    targetsGroup(input),
    ...(input.database.kind !== 'managed' ? [databaseGroup(input)] : []),
    ...(input.database.cluster === 'none' ? [] : [databaseClusterGroup(input, input.database.cluster)]),
    ...(input.database.backup === 'none' ? [] : [backupGroup(input, input.database.backup)]),
    ...(input.cache.kind === 'managed' ? [] : [cacheGroup(input)]),
    ...(input.cache.kind === 'replicated' ? [replicatedCacheGroup(input)] : []),
    ...(input.logs === 'collected' ? [logsGroup(input)] : []),
    workloadsGroup(input),
    capacityGroup(input),
    edgeGroup(input),
    ...(input.gateway === 'envoy-gateway' ? [envoyGatewayGroup(input)] : []),
    ...brickGroups(input),
  ];
}
