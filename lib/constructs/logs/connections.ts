import type { Connection, Peer } from '../../platform/connection';
import type { LogStore } from '../../platform/settings/logs';
import { selectorLabels } from '../kubernetes/metadata';
import { logsEndpoints, monitoringEndpoints } from '../monitoring/scrape-endpoints';
import { dnsPorts, dnsResolvers, internet, namespacePods, tcp, workload } from '../network/well-known-peers';

const { loki, collector } = logsEndpoints;

/** Ports of a collector that Prometheus scrapes. */
const scraped = [tcp(collector.linesPort), tcp(collector.metricsPort)];

/** Connections of Loki, whose pod is in the namespace of the monitoring. */
export function lokiConnections(store: LogStore, collectors: string): Connection[] {
  const pods = workload(loki.name);
  const { prometheus, grafana } = monitoringEndpoints;
  const callers = [workload(prometheus.name), workload(grafana.name), collectorPods(collectors)];
  return [
    ...callers.map((from) => ({ from, to: pods, ports: [tcp(loki.port)] })),
    { from: workload(prometheus.name), to: collectorPods(collectors), ports: scraped },
    ...(store.kind === 'bucket' ? [{ from: pods, to: internet, ports: [tcp(443)] }] : []),
    ...dnsResolvers.map((to) => ({ from: pods, to, ports: dnsPorts })),
  ];
}

/** Connections of a Loki beside the services, which servers of the cluster scrape and read; its scrapes and DNS are apart. */
export function companionConnections(store: LogStore, grafana: Peer, collectors: string): Connection[] {
  const pods = workload(loki.name);
  return [
    ...[grafana, collectorPods(collectors)].map((from) => ({ from, to: pods, ports: [tcp(loki.port)] })),
    ...(store.kind === 'bucket' ? [{ from: pods, to: internet, ports: [tcp(443)] }] : []),
  ];
}

/**
 * Connections of the collectors, whose pods are in a namespace of their own.
 * @param prometheus what scrapes them
 * @param lokiNamespace where Loki runs
 */
export function collectorConnections(prometheus: Peer, lokiNamespace: string): Connection[] {
  const pods = workload(collector.name);
  const lokiPods = namespacePods(loki.name, lokiNamespace, selectorLabels(loki));
  return [
    { from: prometheus, to: pods, ports: scraped },
    { from: pods, to: lokiPods, ports: [tcp(loki.port)] },
    ...dnsResolvers.map((to) => ({ from: pods, to, ports: dnsPorts })),
  ];
}

function collectorPods(namespace: string) {
  return namespacePods('log collectors', namespace, selectorLabels(collector));
}
