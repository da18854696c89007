import type { Connection, ConnectionPort, Peer, WorkloadPeer } from '../../platform/connection';
import { exposedPort, type ServiceContract, type WellKnownPeer } from '../../platform/service-contract';
import { acmeSolver, certificateSolverPort, dnsPorts, dnsResolvers, tcp, workload } from './well-known-peers';

/** A party, and the ports that it is called on. */
export interface Endpoint {
  readonly party: Peer;
  readonly ports: readonly ConnectionPort[];
}

/** A store that runs in the cluster: who it is, and where its exporter is scraped. */
export interface StoreWorkload {
  readonly party: WorkloadPeer;
  readonly metricsPort: number;
}

/** Pods that nobody calls and that run to their end: their workload, and whom they call. */
export interface JobConnections {
  readonly name: string;
  readonly calls: readonly string[];
}

/** What the connection graph of an environment is derived from. */
export interface GraphInput {
  readonly contracts: readonly ServiceContract[];
  /** Name of the workload of a service, by the service's name. */
  readonly workloadName: (service: string) => string;
  /** Where each well-known peer is found. */
  readonly peers: Readonly<Record<WellKnownPeer, Endpoint>>;
  readonly jobs: readonly JobConnections[];
  /** Stores that run in the cluster. */
  readonly stores: readonly StoreWorkload[];
  /** Who brings the world's requests: the ingress controller, by selector and by address. */
  readonly gateways: readonly Peer[];
  /** Who scrapes metrics. */
  readonly monitoring: Peer;
}

/** Every connection that the platform's pods make or take. What is not here, the network policies refuse. */
export function connectionGraph(input: GraphInput): Connection[] {
  const services = input.contracts.flatMap((contract) => serviceConnections(contract, input));
  const scrapes = input.stores.map(({ party, metricsPort }) => ({
    from: input.monitoring,
    to: party,
    ports: [tcp(metricsPort)],
  }));
  const jobs = input.jobs.flatMap(({ name, calls }) => egressConnections(workload(name), calls, input));
  const workloads = [
    ...input.contracts.map(({ name }) => workload(input.workloadName(name))),
    ...input.jobs.map(({ name }) => workload(name)),
    ...input.stores.map(({ party }) => party),
  ];
  return [...services, ...scrapes, ...jobs, ...certificateChallenges(input), ...workloads.flatMap(dnsConnections)];
}

function serviceConnections(contract: ServiceContract, input: GraphInput): Connection[] {
  const pods = workload(input.workloadName(contract.name));
  const { exposure } = contract;
  const entrance = exposure === 'internal' ? [] : [tcp(exposedPort(contract, exposure).targetPort)];
  return [
    ...entrance.flatMap((port) => input.gateways.map((from) => ({ from, to: pods, ports: [port] }))),
    { from: input.monitoring, to: pods, ports: [tcp(contract.ports.metrics)] },
    ...egressConnections(pods, contract.calls, input),
  ];
}

function egressConnections(from: WorkloadPeer, calls: readonly string[], input: GraphInput): Connection[] {
  return calls.map((peer) => ({ from, ...resolvePeer(peer, input) }));
}

/** A service is called on its http port; a well-known peer where the environment has it. */
function resolvePeer(peer: string, { contracts, workloadName, peers }: GraphInput): Pick<Connection, 'to' | 'ports'> {
  const contract = contracts.find(({ name }) => name === peer);
  if (contract) return { to: workload(workloadName(peer)), ports: [tcp(contract.ports.http)] };
  const { party, ports } = peers[peer as WellKnownPeer];
  return { to: party, ports };
}

function certificateChallenges({ contracts, gateways }: GraphInput): Connection[] {
  if (contracts.every(({ exposure }) => exposure === 'internal')) return [];
  return gateways.map((from) => ({ from, to: acmeSolver, ports: [certificateSolverPort] }));
}

function dnsConnections(from: WorkloadPeer): Connection[] {
  return dnsResolvers.map((to) => ({ from, to, ports: dnsPorts }));
}
