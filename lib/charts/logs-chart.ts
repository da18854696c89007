import type { Construct } from 'constructs';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { LogCollector } from '../constructs/logs/log-collector';
import { describeWorkloadLogs } from '../constructs/logs/workload-logs';
import { listCollectorConnections } from '../constructs/monitoring/connections';
import { MonitoringAccess } from '../constructs/monitoring/monitoring-access';
import { logsEndpoints } from '../constructs/monitoring/scrape-endpoints';
import { NamespaceLimits } from '../constructs/namespace/namespace-limits';
import { NetworkPolicies } from '../constructs/network/network-policies';
import type { Connection } from '../platform/connection';
import { chooseServersNamespace, type Environment, isBundled, nameLogsNamespace } from '../platform/environment';
import type { Platform } from '../platform/platform';
import type { LokiLogs } from '../platform/settings/logs';
import { nameServiceWorkload } from '../platform/workload-names';
import { findPrometheusPeer } from './environment-connections';
import { addNamespace } from './environment-namespaces';
import { describeExtendedServers, extendUsage } from './extension-effects';

export interface LogsChartProps {
  /** The platform whose logs are collected. */
  readonly platform: Platform;
  /** The environment that the logs are of. */
  readonly environment: Environment;
  /** Its settings, from the environment. */
  readonly logs: LokiLogs;
  /** Names of the workloads of the environment and of its monitoring. */
  readonly workloads: readonly string[];
}

/**
 * The log collectors of one environment, in a namespace of their own. They mount folders of their nodes, which no other pod
 * may: Loki, which needs nothing of the kind, is in the namespace of the monitoring.
 */
export class LogsChart extends ObjectChart {
  /** Every connection that the network policies allow. */
  readonly connections: readonly Connection[];

  constructor(scope: Construct, id: string, { platform, environment, logs, workloads }: LogsChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const { namespace } = environment;
    const namespaceScope = addNamespace(this, platform, environment, 'privileged', nameLogsNamespace(namespace));
    const servers = chooseServersNamespace(environment);
    const contracts = platform.services.map(
      (contract) => [nameServiceWorkload(platform.name, contract.name), contract] as const,
    );
    // A Prometheus of the cluster may find pods everywhere.
    if (isBundled(environment)) new MonitoringAccess(this, 'access', { namespaceScope, monitoringNamespace: servers });
    const { pods, connections } = describeExtendedServers(
      platform,
      environment,
      namespaceScope.namespace,
      listCollectorConnections(findPrometheusPeer(environment), servers),
    );
    this.connections = connections;
    const collector = new LogCollector(this, 'collector', {
      namespaceScope,
      namespaces: [...new Set([namespace, servers])],
      workloads: describeWorkloadLogs(workloads, Object.fromEntries(contracts)),
      lokiHost: `${logsEndpoints.loki.name}.${servers}.svc`,
      buffer: logs.collector.buffer,
      maximumNodes: logs.collector.maximumNodes,
      extendUsage: (usage) => extendUsage(usage, pods),
    });
    // Applied before the first pod, so that no pod ever runs without them.
    collector.node.addDependency(
      new NetworkPolicies(this, 'network', { namespaceScope, connections: this.connections }),
      new NamespaceLimits(this, 'limits', { namespaceScope, quotaUsages: [collector.quotaUsage] }),
    );
  }
}
