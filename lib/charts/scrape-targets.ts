import { implementations } from '../constructs/gateway/implementations';
import { selectWorkload } from '../constructs/kubernetes/metadata';
import type { MonitoringGraphInput } from '../constructs/monitoring/connections';
import type { MonitoredJob } from '../constructs/monitoring/rules/rule';
import { externalPorts, scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import type { PlatformTargets, ScrapedStore } from '../constructs/monitoring/scraping/pod-jobs';
import type { ScrapeInput } from '../constructs/monitoring/scraping/prometheus-configuration';
import { findTargetNamespace, type ScrapeConfig } from '../constructs/monitoring/scraping/scrape-config';
import type { Endpoint } from '../constructs/network/connection-graph';
import { internet, ipBlocks, namespacePods, tcp } from '../constructs/network/well-known-peers';
import { postgresMetricsPort } from '../constructs/postgres/postgres-containers';
import { proxyMetricsPort } from '../constructs/redis/proxy-configuration';
import { redisMetricsPort } from '../constructs/redis/redis-containers';
import { backupMetricsPort } from '../platform/backup-names';
import {
  chooseServersNamespace,
  type Environment,
  listCertificateNamespaces,
  type MonitoredEnvironment,
  nameLogsNamespace,
  nameMonitoringNamespace,
} from '../platform/environment';
import type { Platform } from '../platform/platform';
import { clusterRoles } from '../platform/postgres-cluster';
import type { Database } from '../platform/settings/database';
import { findGateway } from '../platform/settings/edge';
import { listReceiverPorts } from '../platform/settings/receivers';
import { type RemoteWrite, readUrlPort } from '../platform/settings/remote-write';
import { nameServiceWorkload } from '../platform/workload-names';
import { listAddOnWorkloads } from './add-ons';
import { listGatewayPeers, listIngressPeers, listPublicEndpoints, locateKubernetesApi } from './environment-peers';

/** What an environment offers to be scraped and probed. */
export function listPlatformTargets(platform: Platform, environment: Environment): PlatformTargets {
  const { namespace, domain, logs } = environment;
  const logNamespaces = { loki: chooseServersNamespace(environment), collectors: nameLogsNamespace(namespace) };
  return {
    namespace,
    logs: logs.kind === 'none' ? 'none' : logNamespaces,
    services: listScrapedServices(platform).map(({ job }) => job),
    stores: listScrapedStores(platform, environment).map(({ job, workload }) => ({ job, workload })),
    probes: platform.services.flatMap(({ exposure, health }) =>
      exposure === 'internal' ? [] : [`https://${exposure.subdomain}.${domain}${health.live}`],
    ),
  };
}

/** Input of the scrape configuration of an environment. */
export function makeScrapeInput(platform: Platform, environment: MonitoredEnvironment): ScrapeInput {
  const { namespace, monitoring } = environment;
  return {
    ...listPlatformTargets(platform, environment),
    monitoringNamespace: nameMonitoringNamespace(namespace),
    kubeletCertificates: monitoring.nodes.kubeletCertificates,
    externalTargets: monitoring.externalTargets,
    gateway: findGatewayTarget(environment),
    certificateNamespaces: listCertificateNamespaces(environment),
  };
}

/** Scrape jobs of servers of the environment's own, by where their targets are. */
export function listOwnJobs(scrapes: readonly ScrapeConfig[]): MonitoredJob[] {
  return (
    scrapes
      .map((scrape) => ({ name: scrape.job_name, namespace: findTargetNamespace(scrape) }))
      // No pod has to be annotated for scraping, so this job may be empty.
      .filter(({ name }) => name !== scrapeJobs.pods)
  );
}

/** A workload of the platform that is scraped, and its port. */
interface ScrapedWorkload extends ScrapedStore {
  readonly metricsPort: number;
}

function listScrapedServices(platform: Platform): ScrapedWorkload[] {
  return platform.services.map(({ name, ports }) =>
    makeScrapedWorkload(nameServiceWorkload(platform.name, name), ports.metrics),
  );
}

/** In-cluster stores, and workloads of add-ons. A managed store is monitored by its provider. */
function listScrapedStores(platform: Platform, environment: Environment): ScrapedWorkload[] {
  const { database, cache } = environment;
  return [
    ...listDatabaseServers(database),
    ...('backup' in database ? [makeScrapedWorkload(scrapeJobs.backup, backupMetricsPort)] : []),
    ...(cache.kind === 'managed' ? [] : [makeScrapedWorkload(scrapeJobs.redis, redisMetricsPort)]),
    ...(cache.kind === 'replicated' ? [makeScrapedWorkload(scrapeJobs.redisProxy, proxyMetricsPort)] : []),
    ...listAddOnWorkloads(platform, environment).flatMap(({ usage: { workload }, metricsPort }) =>
      metricsPort === 'none' ? [] : [makeScrapedWorkload(workload, metricsPort)],
    ),
  ];
}

/** Of a database cluster the job of the database scrapes the exporter, which is in a pod of its own. */
function listDatabaseServers({ kind }: Database): ScrapedWorkload[] {
  const { postgres, databaseCluster } = scrapeJobs;
  if (kind === 'managed') return [];
  if (kind !== 'cluster') return [makeScrapedWorkload(postgres, postgresMetricsPort)];
  return [
    makeScrapedWorkload(postgres, postgresMetricsPort, clusterRoles),
    makeScrapedWorkload(databaseCluster, postgresMetricsPort),
  ];
}

function makeScrapedWorkload(job: string, metricsPort: number, workload = job): ScrapedWorkload {
  return { job, workload, metricsPort };
}

/** Input of the connections of the monitoring's pods. */
export function makeMonitoringGraphInput(platform: Platform, environment: MonitoredEnvironment): MonitoringGraphInput {
  const { namespace, apiServer, monitoring } = environment;
  const workloads = [...listScrapedServices(platform), ...listScrapedStores(platform, environment)];
  return {
    targets: [
      ...workloads.map(({ workload: name, metricsPort }) => ({
        peer: namespacePods(name, namespace, selectWorkload({ name })),
        ports: [tcp(metricsPort)],
      })),
      {
        peer: ipBlocks('nodes', monitoring.nodes.cidrs),
        ports: [tcp(externalPorts.kubelet), tcp(externalPorts.nodeExporter)],
      },
      ...listExternalEndpoints(platform, environment),
    ],
    kubernetesApi: locateKubernetesApi(apiServer),
    gossip: monitoring.alertmanager.replicas > 1,
    receiverPorts: listReceiverPorts(monitoring.receivers),
    remoteWrites: monitoring.remoteWrite.map(locateRemoteWrite),
    publicEndpoints: listPublicEndpoints(platform, environment),
  };
}

/** Where a server is that samples are sent to. */
function locateRemoteWrite({ name, url, destination }: RemoteWrite): Endpoint {
  if (destination.kind === 'pods') {
    const { namespace, podLabels, port } = destination;
    return { peer: namespacePods(name, namespace, podLabels), ports: [tcp(port)] };
  }
  const peer = destination.kind === 'internet' ? internet : ipBlocks(name, destination.cidrs);
  return { peer, ports: [tcp(readUrlPort(url))] };
}

/** The proxies of the Gateway, if they are scraped. */
function findGatewayTarget({ edge, monitoring: { externalTargets } }: MonitoredEnvironment): ScrapeInput['gateway'] {
  const gateway = findGateway(edge);
  const metrics = gateway && implementations[gateway.implementation].metrics;
  return metrics && externalTargets.gateway !== 'none' ? { ...metrics, host: externalTargets.gateway } : undefined;
}

/** Scrape targets outside the platform. The name of cert-manager's Service contains its namespace. */
function listExternalEndpoints(platform: Platform, environment: MonitoredEnvironment): Endpoint[] {
  const { edge, monitoring } = environment;
  const { externalTargets } = monitoring;
  const gateway = findGatewayTarget(environment);
  const certManager = externalTargets.certManager.split('.')[1];
  return [
    ...(externalTargets.ingressNginx === 'none'
      ? []
      : listIngressPeers(edge).map((peer) => ({ peer, ports: [tcp(externalPorts.ingressNginx)] }))),
    ...(gateway === undefined
      ? []
      : listGatewayPeers(platform, environment).map((peer) => ({ peer, ports: [tcp(gateway.port)] }))),
    ...(certManager === undefined
      ? []
      : [{ peer: namespacePods('cert-manager', certManager), ports: [tcp(externalPorts.certManager)] }]),
  ];
}
