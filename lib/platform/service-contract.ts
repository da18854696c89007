import type { ServiceLogs } from './settings/service-logs';
import type { ServiceMetrics } from './settings/service-metrics';

/**
 * Describes a service once. Its Deployment, Service, Ingress, network policies and budgets are derived from this.
 * What differs between environments (replicas, resources, values) is not part of it.
 */
export interface ServiceContract<
  SettingName extends string = string,
  SecretName extends string = string,
  ServiceName extends string = string,
> {
  /** Name of the service and its container, without the name of the platform: `backend-api`. */
  readonly name: string;
  /** Role in the platform, for `app.kubernetes.io/component`: `api`. */
  readonly component: string;
  /** Image without a tag; the release is the tag. It must run as UID and GID 1001 and contain `/bin/sleep`. */
  readonly image: string;
  /** Ports that the process listens on. `http` answers the probes, `metrics` is scraped. */
  readonly ports: ServicePorts;
  /** Environment variables that hold the process's own ports: variable -> name in `ports`. */
  readonly portVariables: Readonly<Record<string, string>>;
  /** Ports of the Service: name -> its number and the name in `ports` that it leads to. */
  readonly servicePorts: Readonly<Record<string, ServicePort>>;
  /** Paths on `http`: `live` tests the process alone, `ready` may test what it needs. */
  readonly health: HealthPaths;
  /** Settings that it reads, as environment variables. */
  readonly settings: readonly SettingName[];
  /** Secrets that it reads, as environment variables. */
  readonly secrets: readonly SecretName[];
  /** Whether it reads all settings from the file /app/config/app.env. A change of any setting then restarts it. */
  readonly mountsEnvFile: boolean;
  /**
   * Peers that it connects to: well-known ones, or other services of the platform by name. It learns the address of a
   * service from a setting that `serviceUrl` made.
   */
  readonly calls: readonly (WellKnownPeer | ServiceName)[];
  /** How clients outside the cluster reach it; `internal` if they do not. */
  readonly exposure: Exposure | 'internal';
  /** Seconds that it needs after SIGTERM to finish open requests. */
  readonly drainSeconds: number;
  /** Connections to the database that one pod opens at most: the size of its pool. 0 if it uses none. */
  readonly databasePoolSize: number;
  /**
   * What it may do in the database besides reading and writing its own schema, which has its name. `owner` if it makes and
   * changes tables itself when it starts although there is a migration, and `none` if it uses no database. Where an environment
   * states no migration, every service that uses the database makes its tables itself.
   */
  readonly databaseAccess: DatabaseAccess<ServiceName> | 'owner' | 'none';
  /** Size of its `/tmp`, as a Kubernetes quantity: for uploads in transit. */
  readonly tmpSize: string;
  /** What it exports on its `metrics` port. */
  readonly metrics: ServiceMetrics;
  /** What it writes to its standard output and error. */
  readonly logs: ServiceLogs;
}

/** What a service may do in the database outside its own schema. It owns nothing there, and makes no tables. */
export interface DatabaseAccess<ServiceName extends string = string> {
  /** What it may do with the tables that belong to no service: those of `public`, and of schemas that no service names. */
  readonly shared: 'write' | 'read' | 'none';
  /** Services whose schemas it may read. */
  readonly reads: readonly ServiceName[];
}

/** A port of a service's Service. */
export interface ServicePort {
  /** Number of the Service's port, such as 80. */
  readonly port: number;
  /** Name in the contract's `ports` that it leads to, such as `http`. */
  readonly target: string;
}

/** Paths on the `http` port that the kubelet asks. */
export interface HealthPaths {
  /** Answers 200 as long as the process works, whatever it depends on, such as `/health`. Else it is restarted. */
  readonly live: string;
  /** Answers 200 when the service can serve, such as `/ready`. Else it gets no requests. */
  readonly ready: string;
}

/** Listening ports by name. Names are Kubernetes port names: at most 15 characters. */
export interface ServicePorts {
  /** Port that answers the probes and requests, such as 8080. */
  readonly http: number;
  /** Port that Prometheus scrapes at `/metrics`, such as 9090. */
  readonly metrics: number;
  readonly [name: string]: number;
}

/** Peers that every platform has: its stores, what lies outside the cluster, and the cluster's own API. */
export const wellKnownPeers = ['database', 'cache', 'https', 'smtp', 'kubernetes-api'] as const;

/** A peer that every platform has. */
export type WellKnownPeer = (typeof wellKnownPeers)[number];

/** How clients outside the cluster reach a service through the ingress controller, always over TLS. */
export interface Exposure {
  /** Label in front of the environment's domain: `api` for api.veza.app. Names the Ingress and its certificate too. */
  readonly subdomain: string;
  /** Name in `servicePorts` that requests go to. */
  readonly servicePort: string;
  /** Largest request body that is let in, as a Kubernetes quantity. */
  readonly maxBodySize: string;
  /** Seconds without a byte in either direction after which the connection is cut. */
  readonly idleTimeout: number;
  /** Seconds that connecting to a pod may take. */
  readonly connectTimeout: number;
  /** Whether responses are collected before they are passed on: never for streams. */
  readonly buffering: boolean;
  /** What one client may do before it is refused; `none` leaves that to the service. */
  readonly limits: ClientLimits | 'none';
  /** Requests of the smoke test, in addition to the health paths. */
  readonly smoke: readonly SmokeRequest[];
}

/**
 * What one client address may do, at each pod of the controller. They are for abuse, not for use: an office or a mobile network
 * has one address for hundreds of users, who all reconnect at once after a deploy.
 */
export interface ClientLimits {
  /** Requests a second, on average. A websocket is one request, however long it stays open. */
  readonly requestsPerSecond: number;
  /** Requests beyond that rate that are let in at once. */
  readonly burst: number;
  /** Requests that are being answered, and websockets that are open, at the same time. */
  readonly concurrent: number;
}

/** A request that only a working service answers: a websocket that opens, or a byte range of a file. */
export interface SmokeRequest {
  /** Kind of request: open a `websocket`, or get a `range` of a file's bytes. */
  readonly kind: 'websocket' | 'range';
  /** Path on the public host. */
  readonly path: string;
}

/** Whether a service calls the Kubernetes API. Only then do its pods get a token. */
export function callsKubernetes({ calls }: Pick<ServiceContract, 'calls'>): boolean {
  return calls.includes('kubernetes-api');
}

/**
 * The number of a service's port.
 * @throws Error if the contract has no port of that name.
 */
export function getPortNumber({ name, ports }: ServiceContract, port: string): number {
  const number = ports[port];
  if (number === undefined) throw new Error(`${name} has no port ${port}; it has ${Object.keys(ports).join(', ')}`);
  return number;
}

/** Port of its Service that leads to `http`, on which other services call it; `undefined` if it has none. */
export function findCalledPort({ servicePorts }: Pick<ServiceContract, 'servicePorts'>): number | undefined {
  return Object.values(servicePorts).find(({ target }) => target === 'http')?.port;
}

/**
 * Port of its Service that receives requests from outside the cluster, and the container's port behind it.
 * @throws Error if the exposure names a service port that the contract does not have.
 */
export function findExposedPort(
  contract: ServiceContract,
  { servicePort }: Exposure,
): { port: number; targetPort: number } {
  const found = contract.servicePorts[servicePort];
  if (found === undefined) throw new Error(`${contract.name} has no service port ${servicePort}`);
  return { port: found.port, targetPort: getPortNumber(contract, found.target) };
}
