import { implementations } from '../constructs/gateway/implementations';
import { selectorLabels } from '../constructs/kubernetes/metadata';
import type { MonitoringGraphInput } from '../constructs/monitoring/connections';
import type { DashboardInput } from '../constructs/monitoring/dashboards/dashboards';
import type { MonitoredJob, MonitoringServers, RuleContext } from '../constructs/monitoring/rules/rule';
import { externalPorts, scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import type { PlatformTargets } from '../constructs/monitoring/scraping/platform-targets';
import type { ScrapeInput } from '../constructs/monitoring/scraping/prometheus-configuration';
import { type ScrapeConfig, targetNamespace } from '../constructs/monitoring/scraping/scrape-config';
import type { Endpoint } from '../constructs/network/connection-graph';
import { internet, ipBlocks, namespacePods, tcp } from '../constructs/network/well-known-peers';
import { postgresMetricsPort } from '../constructs/postgres/postgres-containers';
import { proxyMetricsPort } from '../constructs/redis/proxy-configuration';
import { redisMetricsPort } from '../constructs/redis/redis-containers';
import { backupMetricsPort } from '../platform/backup-names';
import {
  certificateNamespaces,
  type Environment,
  logsNamespace,
  type MonitoredEnvironment,
  monitoringNamespace,
  type OperatedEnvironment,
  serversNamespace,
} from '../platform/environment';
import type { Platform } from '../platform/platform';
import { clusterRoles } from '../platform/postgres-cluster';
import type { Database } from '../platform/settings/database';
import { gatewayOf } from '../platform/settings/edge';
import { objectiveRatio } from '../platform/settings/objectives';
import { receiverPorts } from '../platform/settings/receivers';
import { type RemoteWrite, urlPort } from '../platform/settings/remote-write';
import { serviceWorkload } from '../platform/workload-names';
import { brickAlerts, brickWorkloads } from './bricks';
import { gatewayPeers, ingressPeers, kubernetesApi, publicEndpoints } from './environment-peers';

/** A workload of the platform that is scraped. */
interface ScrapedWorkload {
  readonly name: string;
  readonly metricsPort: number;
}

/** An environment that some Prometheus watches. */
type WatchedEnvironment = MonitoredEnvironment | OperatedEnvironment;

/** What an environment offers to be scraped and probed. */
export function platformTargets(platform: Platform, environment: Environment): PlatformTargets {
  const { namespace, domain, logs } = environment;
  const logNamespaces = { loki: serversNamespace(environment), collectors: logsNamespace(namespace) };
  return {
    namespace,
    logs: logs.kind === 'none' ? 'none' : logNamespaces,
    services: services(platform).map(({ name }) => name),
    stores: [...stores(environment), ...scrapedBricks(platform, environment)].map(({ job, name }) => ({
      job,
      workload: name,
    })),
    probes: platform.services.flatMap(({ exposure, health }) =>
      exposure === 'internal' ? [] : [`https://${exposure.subdomain}.${domain}${health.live}`],
    ),
  };
}

/** Input of the scrape configuration of an environment. */
export function scrapeInput(platform: Platform, environment: MonitoredEnvironment): ScrapeInput {
  const { namespace, monitoring } = environment;
  return {
    ...platformTargets(platform, environment),
    monitoringNamespace: monitoringNamespace(namespace),
    kubeletCertificates: monitoring.nodes.kubeletCertificates,
    externalTargets: monitoring.externalTargets,
    gateway: gatewayTarget(environment),
    certificateNamespaces: certificateNamespaces(environment),
  };
}

/** Input of the dashboards of an environment. */
export function dashboardInput(platform: Platform, environment: WatchedEnvironment): DashboardInput {
  const { database, cache, monitoring, logs } = environment;
  const objectives: Readonly<Record<string, number>> = monitoring.objectives;
  return {
    services: platform.services.map((contract) => ({
      contract,
      workload: serviceWorkload(platform.name, contract.name),
      objective: objectiveRatio(objectives[contract.name] ?? Number.NaN),
    })),
    database: {
      kind: database.kind,
      name: database.name,
      backup: observedBackup(database),
      cluster: observedCluster(database),
    },
    cache: { kind: cache.kind },
    logs: logs.kind === 'none' ? 'none' : 'collected',
    servers: monitoringServers(environment),
    gateway: observedGateway(environment),
  };
}

function monitoringServers({ name, namespace, monitoring }: WatchedEnvironment): MonitoringServers {
  if (monitoring.kind === 'bundled') return { kind: 'own' };
  const { alerts } = monitoring;
  const deadMansSwitch = alerts.kind === 'cluster' ? 'none' : alerts.receivers.deadMansSwitch;
  return { kind: 'shared', environment: name, namespace, deadMansSwitch };
}

/** Scrape jobs of servers of the environment's own, by where their targets are. */
export function ownJobs(scrapes: readonly ScrapeConfig[]): MonitoredJob[] {
  return (
    scrapes
      .map((scrape) => ({ name: scrape.job_name, namespace: targetNamespace(scrape) }))
      // No pod has to be annotated for scraping, so this job may be empty.
      .filter(({ name }) => name !== scrapeJobs.pods)
  );
}

/**
 * Input of the rules of an environment.
 * @param jobs every scrape job that always has a target, since one without a target is an alert
 */
export function ruleInput(
  platform: Platform,
  environment: WatchedEnvironment,
  jobs: readonly MonitoredJob[],
): RuleContext {
  const { namespace, monitoring } = environment;
  return {
    ...dashboardInput(platform, environment),
    namespace,
    monitoringNamespace: serversNamespace(environment),
    logsNamespace: logsNamespace(namespace),
    certificateNamespaces: certificateNamespaces(environment),
    jobs,
    bricks: brickAlerts(platform, environment),
    sendsSamples: monitoring.kind === 'bundled' && monitoring.remoteWrite.length > 0,
    runbookBaseUrl: monitoring.runbookBaseUrl,
  };
}

function observedBackup(database: Database): RuleContext['database']['backup'] {
  if (database.kind === 'managed' || database.kind === 'ephemeral') return 'none';
  const { maxAgeHours, offsite } = database.backup;
  return { maxAgeHours, isCopied: offsite.kind === 'bucket' };
}

function observedCluster(database: Database): RuleContext['database']['cluster'] {
  if (database.kind !== 'cluster') return 'none';
  const { cluster, instances, archive } = database;
  return { name: cluster, instances, maxAgeHours: archive.maxAgeHours };
}

/** Input of the connections of the monitoring's pods. */
export function monitoringGraphInput(platform: Platform, environment: MonitoredEnvironment): MonitoringGraphInput {
  const { namespace, apiServer, monitoring } = environment;
  const workloads = [...services(platform), ...stores(environment), ...scrapedBricks(platform, environment)];
  return {
    targets: [
      ...workloads.map(({ name, metricsPort }) => ({
        peer: namespacePods(name, namespace, selectorLabels({ name })),
        ports: [tcp(metricsPort)],
      })),
      {
        peer: ipBlocks('nodes', monitoring.nodes.cidrs),
        ports: [tcp(externalPorts.kubelet), tcp(externalPorts.nodeExporter)],
      },
      ...externalEndpoints(platform, environment),
    ],
    kubernetesApi: kubernetesApi(apiServer),
    gossip: monitoring.alertmanager.replicas > 1,
    receiverPorts: receiverPorts(monitoring.receivers),
    remoteWrites: monitoring.remoteWrite.map(remoteWriteEndpoint),
    publicEndpoints: publicEndpoints(platform, environment),
  };
}

/** Where a server is that samples are sent to. */
function remoteWriteEndpoint({ name, url, destination }: RemoteWrite): Endpoint {
  if (destination.kind === 'pods') {
    const { namespace, podLabels, port } = destination;
    return { peer: namespacePods(name, namespace, podLabels), ports: [tcp(port)] };
  }
  const peer = destination.kind === 'internet' ? internet : ipBlocks(name, destination.cidrs);
  return { peer, ports: [tcp(urlPort(url))] };
}

function services(platform: Platform): ScrapedWorkload[] {
  return platform.services.map(({ name, ports }) => ({
    name: serviceWorkload(platform.name, name),
    metricsPort: ports.metrics,
  }));
}

/** A store that is scraped: its job, and the workload. */
interface ScrapedStore extends ScrapedWorkload {
  readonly job: string;
}

/** In-cluster stores. A managed store is monitored by its provider. */
function stores({ database, cache }: Environment): ScrapedStore[] {
  const store = (job: string, metricsPort: number, name = job) => ({ job, name, metricsPort });
  return [
    ...databaseStores(database).map(({ job, name }) => store(job, postgresMetricsPort, name)),
    ...(observedBackup(database) === 'none' ? [] : [store(scrapeJobs.backup, backupMetricsPort)]),
    ...(cache.kind === 'managed' ? [] : [store(scrapeJobs.redis, redisMetricsPort)]),
    ...(cache.kind === 'replicated' ? [store(scrapeJobs.redisProxy, proxyMetricsPort)] : []),
  ];
}

/** Workloads of bricks, each with a job of its own. */
function scrapedBricks(platform: Platform, environment: Environment): ScrapedStore[] {
  return brickWorkloads(platform, environment).flatMap(({ usage: { workload }, metricsPort }) =>
    metricsPort === 'none' ? [] : [{ job: workload, name: workload, metricsPort }],
  );
}

/** Of a database cluster the job of the database scrapes the exporter, which is in a pod of its own. */
function databaseStores({ kind }: Database): Pick<ScrapedStore, 'job' | 'name'>[] {
  const { postgres, databaseCluster } = scrapeJobs;
  if (kind === 'managed') return [];
  if (kind !== 'cluster') return [{ job: postgres, name: postgres }];
  return [
    { job: postgres, name: clusterRoles },
    { job: databaseCluster, name: databaseCluster },
  ];
}

/** The proxies of the Gateway, if they are scraped. */
function gatewayTarget({ edge, monitoring: { externalTargets } }: MonitoredEnvironment): ScrapeInput['gateway'] {
  const gateway = gatewayOf(edge);
  const metrics = gateway && implementations[gateway.implementation].metrics;
  return metrics && externalTargets.gateway !== 'none' ? { ...metrics, host: externalTargets.gateway } : undefined;
}

/** Servers of the cluster do not scrape the proxies for an environment. */
function observedGateway({ edge, monitoring }: WatchedEnvironment): DashboardInput['gateway'] {
  const isScraped = monitoring.kind === 'bundled' && monitoring.externalTargets.gateway !== 'none';
  return isScraped ? (gatewayOf(edge)?.implementation ?? 'none') : 'none';
}

/** Scrape targets outside the platform. The name of cert-manager's Service contains its namespace. */
function externalEndpoints(platform: Platform, environment: MonitoredEnvironment): Endpoint[] {
  const { edge, monitoring } = environment;
  const { externalTargets } = monitoring;
  const gateway = gatewayTarget(environment);
  const certManager = externalTargets.certManager.split('.')[1];
  return [
    ...(externalTargets.ingressNginx === 'none'
      ? []
      : ingressPeers(edge).map((peer) => ({ peer, ports: [tcp(externalPorts.ingressNginx)] }))),
    ...(gateway === undefined
      ? []
      : gatewayPeers(platform, environment).map((peer) => ({ peer, ports: [tcp(gateway.port)] }))),
    ...(certManager === undefined
      ? []
      : [{ peer: namespacePods('cert-manager', certManager), ports: [tcp(externalPorts.certManager)] }]),
  ];
}
