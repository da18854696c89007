import * as z from 'zod';
import type { AddOn } from './add-on';
import { type ExternalObject, externalObjectSchema } from './external-objects';
import { listPossibleNamespaces, nameEdgeNamespace, nameLogsNamespace, nameMonitoringNamespace } from './namespaces';
import type { Platform, ServiceName } from './platform';
import type { StatedValues } from './service-settings';
import { type Cache, cacheSchema } from './settings/cache';
import { type Database, databaseSchema } from './settings/database';
import { type DeploymentSettings, deploymentSchema } from './settings/deployment';
import { type Edge, edgeSchema, findGateway, findIngress } from './settings/edge';
import type { Extension } from './settings/extensions';
import { cidrs, dnsLabel, hostname, objectName, ports } from './settings/formats';
import { type KubernetesSettings, kubernetesSchema } from './settings/kubernetes';
import { type Logs, logsSchema } from './settings/logs';
import { type BundledMonitoring, type Monitoring, monitoringSchema } from './settings/monitoring';
import type { OperatorMonitoring } from './settings/operator-monitoring';
import { type PrioritySettings, prioritySchema } from './settings/priorities';
import { type ContainerResources, containerResources } from './settings/resources';
import { type Scaling, scalingSchema } from './settings/scaling';
import { type SecretSource, secretSourceSchema } from './settings/secret-source';

export { nameEdgeNamespace, nameLogsNamespace, nameMonitoringNamespace } from './namespaces';

/** How large a service is in one environment. */
export interface ServiceSizing {
  /** How many pods it runs with. */
  readonly scaling: Scaling;
  /** Resources of its container. */
  readonly resources: ContainerResources;
}

/** An environment as a value. Every field is stated, and none is inherited or has a default. */
export interface Environment<P extends Platform = Platform> {
  /** Name of its files in `dist`, and the value of ENV in its services, such as `production`. */
  readonly name: string;
  /**
   * Namespace of all its objects, such as `veza-production`, at most 52 characters. Monitoring servers, log collectors
   * and a Gateway have namespaces of their own, with the suffixes `-monitoring`, `-logs` and `-edge`.
   */
  readonly namespace: string;
  /** Domain of its public hosts: `veza.app` for api.veza.app. */
  readonly domain: string;
  /**
   * Release of each service: the tag of its image, such as `v1.2.3`, or tag and digest, such as `v1.2.3@sha256:…`.
   * VEZA_VERSION replaces them all.
   */
  readonly releases: { readonly [Name in ServiceName<P>]: string };
  /**
   * Last day that it is needed, such as `2026-12-31`, or `never`. The label `veza.app/expires` of its namespaces has it: what
   * removes environments is up to you.
   */
  readonly expires: string;
  /** How releases are delivered to it. */
  readonly deployment: DeploymentSettings;
  /** How clients outside the cluster reach it. */
  readonly edge: Edge;
  /** Version and features of the cluster. */
  readonly kubernetes: KubernetesSettings;
  /** Where pods reach the Kubernetes API. */
  readonly apiServer: ApiServer;
  /** Names of Secrets with which the nodes pull the services' images; none for public images. */
  readonly imagePullSecrets: readonly string[];
  /** Objects that its manifests refer to but do not create, such as the Service of an operator; else none. */
  readonly external: readonly ExternalObject[];
  /** Which pods stay when a node is full. */
  readonly priorities: PrioritySettings;
  /** How large each service is. */
  readonly services: { readonly [Name in ServiceName<P>]: ServiceSizing };
  /** Where its data is. */
  readonly database: Database;
  /** Where its cache and sessions are. */
  readonly cache: Cache;
  /** Where the values of the services' secrets come from. */
  readonly secrets: SecretSource;
  /** How it is monitored. */
  readonly monitoring: Monitoring<ServiceName<P>>;
  /** Whether its logs are collected, and how long they are kept. */
  readonly logs: Logs;
  /** What is added to single objects beyond all this; else none. */
  readonly extensions: readonly Extension<ServiceName<P>>[];
  /** Objects of other projects that are made with those of the platform; else none. */
  readonly addOns: readonly AddOn[];
  /** The settings that differ between environments, by their names. */
  readonly settings: StatedValues<P['settings']>;
}

/** An environment with monitoring servers of its own. */
export interface MonitoredEnvironment<P extends Platform = Platform> extends Environment<P> {
  readonly monitoring: BundledMonitoring<ServiceName<P>>;
}

/** An environment that servers of the cluster monitor. */
export interface OperatedEnvironment<P extends Platform = Platform> extends Environment<P> {
  readonly monitoring: OperatorMonitoring<ServiceName<P>>;
}

/** Endpoints of the Kubernetes API, which no pod selector matches. */
export interface ApiServer {
  /**
   * Addresses of the API servers in CIDR notation, such as `10.0.0.5/32`:
   * `kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes` lists them. Where a provider moves
   * them, the subnet of its control plane. A synth reports ranges that are wider than a subnet: other servers are in them.
   */
  readonly cidrs: readonly string[];
  /** Their TCP ports, such as 6443. */
  readonly ports: readonly number[];
}

function isLastDay(text: string): boolean {
  return text === 'never' || z.iso.date().safeParse(text).success;
}

/** @internal */
export const serviceSizingSchema = z.strictObject({ scaling: scalingSchema, resources: containerResources });

/** Ends of the names of files that an environment may have beside the one with its own name. */
const reservedEnds = ['-monitoring', '-backup', '-cache', '-logs', '-edge'];

/** What the longest name of a namespace leaves, so that each namespace of an environment can have its suffix. */
const longestNamespace = 63 - Math.max(...listPossibleNamespaces('').map((suffix) => suffix.length));

/**
 * What every environment states, whichever platform it runs.
 * @internal
 */
export const environmentBase = z.strictObject({
  name: dnsLabel.refine((name) => name !== 'cluster' && !reservedEnds.some((end) => name.endsWith(end)), {
    error: `is the name of another file; choose one that is not cluster and does not end in ${reservedEnds.join(', ')}`,
  }),
  namespace: dnsLabel.max(longestNamespace, `use at most ${longestNamespace} characters: a suffix is added`),
  domain: hostname,
  expires: z.string().refine(isLastDay, 'use a day such as 2026-12-31, or never'),
  deployment: deploymentSchema,
  edge: edgeSchema,
  kubernetes: kubernetesSchema,
  apiServer: z.strictObject({ cidrs, ports }),
  imagePullSecrets: z.array(objectName).readonly(),
  external: z.array(externalObjectSchema).readonly(),
  priorities: prioritySchema,
  database: databaseSchema,
  cache: cacheSchema,
  secrets: secretSourceSchema,
  monitoring: monitoringSchema,
  logs: logsSchema,
});

/** Whether an environment has monitoring servers of its own. */
export function isBundled<P extends Platform>(environment: Environment<P>): environment is MonitoredEnvironment<P> {
  return environment.monitoring.kind === 'bundled';
}

/** Whether servers of the cluster monitor an environment. */
export function isOperated<P extends Platform>(environment: Environment<P>): environment is OperatedEnvironment<P> {
  return environment.monitoring.kind === 'operator';
}

/** Namespaces of the certificates of the public hosts. */
export function listCertificateNamespaces({ namespace, edge }: Pick<Environment, 'namespace' | 'edge'>): string[] {
  return [
    ...(findIngress(edge) === undefined ? [] : [namespace]),
    ...(findGateway(edge) === undefined ? [] : [nameEdgeNamespace(namespace)]),
  ];
}

/** Namespace of what an environment runs for its monitoring: of its own servers, or that of its services. */
export function chooseServersNamespace({
  namespace,
  monitoring,
}: Pick<Environment, 'namespace' | 'monitoring'>): string {
  return monitoring.kind === 'bundled' ? nameMonitoringNamespace(namespace) : namespace;
}

/** Every namespace of an environment, in the order in which its files create them. */
export function listEnvironmentNamespaces({
  namespace,
  edge,
  monitoring,
  logs,
}: Pick<Environment, 'namespace' | 'edge' | 'monitoring' | 'logs'>): string[] {
  return [
    namespace,
    ...(findGateway(edge) === undefined ? [] : [nameEdgeNamespace(namespace)]),
    ...(monitoring.kind === 'bundled' ? [nameMonitoringNamespace(namespace)] : []),
    ...(logs.kind === 'none' ? [] : [nameLogsNamespace(namespace)]),
  ];
}
