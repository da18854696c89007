import type { Connection, ConnectionPort, Peer, WorkloadPeer } from '../../platform/connection';
import type { Endpoint } from '../network/connection-graph';
import { dnsPorts, dnsResolvers, internet, tcp, workload } from '../network/well-known-peers';
import { gossipPort, monitoringEndpoints } from './scrape-endpoints';

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
export function monitoringConnections(input: MonitoringGraphInput): Connection[] {
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
    ...[{ peer: internet, ports: [tcp(443)] }, ...publicEndpoints].map(({ peer, ports }) =>
      connect(blackbox, peer, ports),
    ),
    ...names.flatMap((name) => dnsResolvers.map((to) => connect(peers[name], to, dnsPorts))),
  ];
}

function connect(from: WorkloadPeer, to: Peer, ports: readonly ConnectionPort[]): Connection {
  return { from, to, ports };
}

function connectToServer(from: WorkloadPeer, name: keyof typeof peers): Connection {
  return connect(from, peers[name], [tcp(monitoringEndpoints[name].port)]);
}
