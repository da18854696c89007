import type { Construct } from 'constructs';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import { Loki } from '../constructs/logs/loki';
import { BlackboxExporter } from '../constructs/monitoring/blackbox-exporter';
import { listCompanionConnections } from '../constructs/monitoring/connections';
import { logsEndpoints, monitoringEndpoints } from '../constructs/monitoring/scrape-endpoints';
import { PriorityClass } from '../constructs/namespace/priorities';
import type { Endpoint, StoreWorkload } from '../constructs/network/connection-graph';
import { internetHttps, namespacePods, workload } from '../constructs/network/well-known-peers';
import type { Connection } from '../platform/connection';
import { type Environment, isOperated } from '../platform/environment';
import { nameLogsNamespace } from '../platform/namespaces';
import type { Platform } from '../platform/platform';
import { decidePublicCertificates } from '../platform/settings/edge';

const prober = monitoringEndpoints.blackbox;

/**
 * What runs beside the services because the servers of the cluster lack it: the prober of the public hosts, and the Loki of the
 * environment's logs. Where an environment has servers of its own, both are among those.
 */
interface Companions {
  /** Their pods, which the Prometheus of the cluster scrapes. */
  readonly workloads: readonly StoreWorkload[];
  /** What else they connect to, and what connects to them. */
  readonly connections: readonly Connection[];
}

/**
 * The companions of an environment; none if it has servers of its own, or is not monitored.
 * @param served where the public hosts are served, for pods that the cluster leads there directly
 */
export function describeCompanions(
  platform: Platform,
  environment: Environment,
  served: readonly Endpoint[],
): Companions {
  if (!isOperated(environment)) return { workloads: [], connections: [] };
  const { namespace, logs, monitoring } = environment;
  const { grafana } = monitoring;
  const probers = isProbed(platform) ? [workload(prober.name)] : [];
  const lokis = logs.kind === 'none' ? [] : [workload(logsEndpoints.loki.name)];
  return {
    workloads: [
      ...probers.map((peer) => ({ peer, metricsPort: prober.port })),
      ...lokis.map((peer) => ({ peer, metricsPort: logsEndpoints.loki.port })),
    ],
    connections: [
      ...probers.flatMap((from) => [internetHttps, ...served].map(({ peer, ports }) => ({ from, to: peer, ports }))),
      ...(logs.kind === 'none'
        ? []
        : listCompanionConnections(
            logs.store,
            namespacePods('Grafana', grafana.namespace, grafana.podLabels),
            nameLogsNamespace(namespace),
          )),
    ],
  };
}

/** Makes the companions of an environment. Their priority is part of the class's name: it cannot be changed. */
export function addCompanions(
  scope: Construct,
  platform: Platform,
  environment: Environment,
  namespaceScope: NamespaceScope,
): (BlackboxExporter | Loki)[] {
  const { logs, edge } = environment;
  if (!isOperated(environment) || (!isProbed(platform) && logs.kind === 'none')) return [];
  const value = environment.monitoring.priority;
  const priorityClassName = `${namespaceScope.namespace}-monitoring-${value}`;
  const description = `Pods of the monitoring in ${namespaceScope.namespace}.`;
  new PriorityClass(scope, 'monitoring-priority', { namespaceScope, name: priorityClassName, value, description });
  const shared = { namespaceScope, priorityClassName };
  return [
    ...(isProbed(platform)
      ? [new BlackboxExporter(scope, 'prober', { ...shared, publicCertificates: decidePublicCertificates(edge) })]
      : []),
    ...(logs.kind === 'none' ? [] : [new Loki(scope, 'loki', { ...shared, settings: logs })]),
  ];
}

function isProbed({ services }: Platform): boolean {
  return services.some(({ exposure }) => exposure !== 'internal');
}
