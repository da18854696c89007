import type { Connection, ConnectionPort, Peer, WorkloadPeer } from '../../platform/connection';
import { findExposedPort, type ServiceContract, type WellKnownPeer } from '../../platform/service-contract';
import { acmeSolver, certificateSolverPort, dnsPorts, dnsResolvers, tcp, workload } from './well-known-peers';

/** A peer, and the ports that it is called on. */
export interface Endpoint {
  readonly peer: Peer;
  readonly ports: readonly ConnectionPort[];
}

/** A store that runs in the cluster, and the port on which its exporter is scraped. */
export interface StoreWorkload {
  readonly peer: WorkloadPeer;
  readonly metricsPort: number;
}

/** A Job, which takes no calls: its workload, and the peers that it calls. */
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
  /** Peers from which requests from outside arrive: an ingress controller, the proxies of a Gateway. */
  readonly gateways: readonly Peer[];
  /** Those of them that pass the challenges of certificates on to solvers in this namespace. */
  readonly solverCallers: readonly Peer[];
  /** The peers that scrape metrics; none in an environment that is not monitored. */
  readonly scrapers: readonly Peer[];
}

/** Lists every connection that the platform's pods make or accept. The network policies deny all others. */
export function listConnections(input: GraphInput): Connection[] {
  const services = input.contracts.flatMap((contract) => listServiceConnections(contract, input));
  const scrapes = input.stores.flatMap(({ peer, metricsPort }) => listScrapes(peer, metricsPort, input));
  const jobs = input.jobs.flatMap(({ name, calls }) => listEgressConnections(workload(name), calls, input));
  const workloads = [
    ...input.contracts.map(({ name }) => workload(input.workloadName(name))),
    ...input.jobs.map(({ name }) => workload(name)),
    ...input.stores.map(({ peer }) => peer),
  ];
  return [
    ...services,
    ...scrapes,
    ...jobs,
    ...listCertificateChallenges(input),
    ...workloads.flatMap(listDnsConnections),
  ];
}

function listServiceConnections(contract: ServiceContract, input: GraphInput): Connection[] {
  const pods = workload(input.workloadName(contract.name));
  const { exposure } = contract;
  const entrance = exposure === 'internal' ? [] : [tcp(findExposedPort(contract, exposure).targetPort)];
  return [
    ...entrance.flatMap((port) => input.gateways.map((from) => ({ from, to: pods, ports: [port] }))),
    ...listScrapes(pods, contract.ports.metrics, input),
    ...listEgressConnections(pods, contract.calls, input),
  ];
}

function listScrapes(to: WorkloadPeer, metricsPort: number, { scrapers }: GraphInput): Connection[] {
  return scrapers.map((from) => ({ from, to, ports: [tcp(metricsPort)] }));
}

function listEgressConnections(from: WorkloadPeer, calls: readonly string[], input: GraphInput): Connection[] {
  return calls.map((name) => {
    const { peer, ports } = resolvePeer(name, input);
    return { from, to: peer, ports };
  });
}

/** Resolves a name of `calls`: a service, on its http port, or a well-known peer of the environment. */
export function resolvePeer(name: string, { contracts, workloadName, peers }: GraphInput): Endpoint {
  const contract = contracts.find((candidate) => candidate.name === name);
  if (contract) return { peer: workload(workloadName(name)), ports: [tcp(contract.ports.http)] };
  return peers[name as WellKnownPeer];
}

/** Challenges of certificates, if the platform has a public host. */
export function listCertificateChallenges({
  contracts,
  solverCallers,
}: Pick<GraphInput, 'contracts' | 'solverCallers'>): Connection[] {
  if (contracts.every(({ exposure }) => exposure === 'internal')) return [];
  return solverCallers.map((from) => ({ from, to: acmeSolver, ports: [certificateSolverPort] }));
}

/** Connections of a workload to the resolvers of the cluster. */
export function listDnsConnections(from: WorkloadPeer): Connection[] {
  return dnsResolvers.map((to) => ({ from, to, ports: dnsPorts }));
}
