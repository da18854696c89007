import type { Connection, ConnectionPort, Peer, WorkloadPeer } from '../../platform/connection';
import type { LogStore } from '../../platform/settings/logs';
import { selectWorkload } from '../kubernetes/metadata';
import type { Endpoint } from '../network/connection-graph';
import {
  dnsPorts,
  dnsResolvers,
  internet,
  internetHttps,
  namespacePods,
  tcp,
  workload,
} from '../network/well-known-peers';
import { gossipPort, logsEndpoints, monitoringEndpoints } from './scrape-endpoints';

/** Input of the connection graph of a monitoring namespace. */
export interface MonitoringGraphInput {
  /** Scrape targets outside the namespace. */
  readonly targets: readonly Endpoint[];
  readonly kubernetesApi: Endpoint;
  /** Whether there are several replicas of Alertmanager, which connect to each other. */
  readonly gossip: boolean;
  /** Ports on the internet to which notifications are sent. */
  readonly receiverPorts: readonly number[];
  /** Servers that Prometheus sends samples to. */
  readonly remoteWrites: readonly Endpoint[];
  /** What answers for the public hosts, if the cluster routes to it directly: an ingress controller, proxies of a Gateway. */
  readonly publicEndpoints: readonly Endpoint[];
}

const peers = {
  prometheus: workload(monitoringEndpoints.prometheus.name),
  alertmanager: workload(monitoringEndpoints.alertmanager.name),
  grafana: workload(monitoringEndpoints.grafana.name),
  kubeStateMetrics: workload(monitoringEndpoints.kubeStateMetrics.name),
  blackbox: workload(monitoringEndpoints.blackbox.name),
} as const;

const names = Object.keys(peers) as (keyof typeof peers)[];

/** Every connection that the pods of a monitoring namespace open or accept. */
export function listMonitoringConnections(input: MonitoringGraphInput): Connection[] {
  const { targets, kubernetesApi, gossip, receiverPorts, remoteWrites, publicEndpoints } = input;
  const { prometheus, alertmanager, grafana, kubeStateMetrics, blackbox } = peers;
  return [
    ...targets.map((target) => connect(prometheus, target.peer, target.ports)),
    ...names.map((name) => connectToServer(prometheus, name)),
    connectToServer(grafana, 'prometheus'),
    ...[prometheus, kubeStateMetrics].map((from) => connect(from, kubernetesApi.peer, kubernetesApi.ports)),
    ...(gossip ? [connect(alertmanager, alertmanager, [tcp(gossipPort), { port: gossipPort, protocol: 'UDP' }])] : []),
    ...remoteWrites.map(({ peer, ports }) => connect(prometheus, peer, ports)),
    ...receiverPorts.map((port) => connect(alertmanager, internet, [tcp(port)])),
    ...[internetHttps, ...publicEndpoints].map(({ peer, ports }) => connect(blackbox, peer, ports)),
    ...names.flatMap((name) => dnsResolvers.map((to) => connect(peers[name], to, dnsPorts))),
  ];
}

function connect(from: WorkloadPeer, to: Peer, ports: readonly ConnectionPort[]): Connection {
  return { from, to, ports };
}

function connectToServer(from: WorkloadPeer, name: keyof typeof peers): Connection {
  return connect(from, peers[name], [tcp(monitoringEndpoints[name].port)]);
}

const { loki, collector } = logsEndpoints;

/** Ports of a collector that Prometheus scrapes. */
const scraped = [tcp(collector.linesPort), tcp(collector.metricsPort)];

/** Connections of Loki, whose pod is in the namespace of the monitoring. */
export function listLokiConnections(store: LogStore, collectors: string): Connection[] {
  const pods = workload(loki.name);
  const { prometheus, grafana } = monitoringEndpoints;
  const callers = [workload(prometheus.name), workload(grafana.name), selectCollectorPods(collectors)];
  return [
    ...callers.map((from) => ({ from, to: pods, ports: [tcp(loki.port)] })),
    { from: workload(prometheus.name), to: selectCollectorPods(collectors), ports: scraped },
    ...(store.kind === 'bucket' ? [{ from: pods, to: internet, ports: [tcp(443)] }] : []),
    ...dnsResolvers.map((to) => ({ from: pods, to, ports: dnsPorts })),
  ];
}

/** Connections of a Loki beside the services, which servers of the cluster scrape and read; its scrapes and DNS are apart. */
export function listCompanionConnections(store: LogStore, grafana: Peer, collectors: string): Connection[] {
  const pods = workload(loki.name);
  return [
    ...[grafana, selectCollectorPods(collectors)].map((from) => ({ from, to: pods, ports: [tcp(loki.port)] })),
    ...(store.kind === 'bucket' ? [{ from: pods, to: internet, ports: [tcp(443)] }] : []),
  ];
}

/**
 * Connections of the collectors, whose pods are in a namespace of their own.
 * @param prometheus what scrapes them
 * @param lokiNamespace where Loki runs
 */
export function listCollectorConnections(prometheus: Peer, lokiNamespace: string): Connection[] {
  const pods = workload(collector.name);
  const lokiPods = namespacePods(loki.name, lokiNamespace, selectWorkload(loki));
  return [
    { from: prometheus, to: pods, ports: scraped },
    { from: pods, to: lokiPods, ports: [tcp(loki.port)] },
    ...dnsResolvers.map((to) => ({ from: pods, to, ports: dnsPorts })),
  ];
}

function selectCollectorPods(namespace: string) {
  return namespacePods('log collectors', namespace, selectWorkload(collector));
}
