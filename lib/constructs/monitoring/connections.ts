import type { Connection, ConnectionPort, Peer, WorkloadPeer } from '../../platform/connection';
import type { Endpoint } from '../network/connection-graph';
import { dnsPorts, dnsResolvers, internet, tcp, workload } from '../network/well-known-peers';
import { gossipPort, monitoringEndpoints } from './scrape-endpoints';

/** What the connection graph of a monitoring namespace is derived from. */
export interface MonitoringGraphInput {
  /** What Prometheus scrapes outside of the namespace. */
  readonly targets: readonly Endpoint[];
  readonly kubernetesApi: Endpoint;
  /** Whether there are several Alertmanagers, which talk to each other. */
  readonly gossip: boolean;
  /** Ports of the internet that alerts leave by. */
  readonly receiverPorts: readonly number[];
  /** Who stands behind the public hosts, where the cluster shortens the way to them. */
  readonly ingressPeers: readonly Peer[];
}

const peers = {
  prometheus: workload(monitoringEndpoints.prometheus.name),
  alertmanager: workload(monitoringEndpoints.alertmanager.name),
  grafana: workload(monitoringEndpoints.grafana.name),
  kubeStateMetrics: workload(monitoringEndpoints.kubeStateMetrics.name),
  blackbox: workload(monitoringEndpoints.blackbox.name),
} as const;

const names = Object.keys(peers) as (keyof typeof peers)[];

/** Every connection that the pods of a monitoring namespace make or take. */
export function monitoringConnections(input: MonitoringGraphInput): Connection[] {
  const { targets, kubernetesApi, gossip, receiverPorts, ingressPeers: gateways } = input;
  const { prometheus, alertmanager, grafana, kubeStateMetrics, blackbox } = peers;
  return [
    ...targets.map((target) => call(prometheus, target.peer, target.ports)),
    ...names.map((name) => ask(prometheus, name)),
    ask(grafana, 'prometheus'),
    ...[prometheus, kubeStateMetrics].map((from) => call(from, kubernetesApi.peer, kubernetesApi.ports)),
    ...(gossip ? [call(alertmanager, alertmanager, [tcp(gossipPort), { port: gossipPort, protocol: 'UDP' }])] : []),
    ...receiverPorts.map((port) => call(alertmanager, internet, [tcp(port)])),
    ...[internet, ...gateways].map((to) => call(blackbox, to, [tcp(443)])),
    ...names.flatMap((name) => dnsResolvers.map((to) => call(peers[name], to, dnsPorts))),
  ];
}

function call(from: WorkloadPeer, to: Peer, ports: readonly ConnectionPort[]): Connection {
  return { from, to, ports };
}

function ask(from: WorkloadPeer, name: keyof typeof peers): Connection {
  return call(from, peers[name], [tcp(monitoringEndpoints[name].port)]);
}
