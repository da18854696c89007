import { linesPortName, logsEndpoints, metricsPortName, scrapeJobs } from '../scrape-endpoints';
import {
  copyLabel,
  type KubernetesDiscovery,
  keepTargets,
  type RelabelConfig,
  type ScrapeConfig,
} from './scrape-config';

const meta = '__meta_kubernetes_pod_';

/** A finished pod is not a target that is down. */
const dropFinished: RelabelConfig = { source_labels: [`${meta}phase`], regex: 'Succeeded|Failed', action: 'drop' };

/** The instance is the pod's name, which is more useful in an alert than its address. */
export const instanceLabel = copyLabel(`${meta}name`, 'instance');

const identityLabels = [copyLabel('__meta_kubernetes_namespace', 'namespace'), instanceLabel];

/** The node of the pod. */
export const nodeLabel = copyLabel(`${meta}node_name`, 'node');

const podLabels = [copyLabel(`${meta}name`, 'pod'), nodeLabel];

/** Format of an exporter that does not state one. */
export const fallbackFormat = 'PrometheusText0.0.4';

/** How a job scrapes, where it differs from the defaults. */
export type ScrapeOptions = Pick<ScrapeConfig, 'scrape_interval' | 'scrape_timeout' | 'fallback_scrape_protocol'>;

/** A job that scrapes every pod of a workload. */
export function makePodJob(job: string, namespace: string, app: string, options: ScrapeOptions = {}): ScrapeConfig {
  return makeWorkloadJob(job, namespace, options, [keepPods(app), dropFinished, ...identityLabels, ...podLabels]);
}

function makeWorkloadJob(
  job: string,
  namespace: string,
  options: Partial<ScrapeConfig>,
  steps: readonly RelabelConfig[],
): ScrapeConfig {
  return { job_name: job, ...options, kubernetes_sd_configs: [discoverPods(namespace)], relabel_configs: steps };
}

/**
 * A job that scrapes kube-state-metrics.
 * Its series describe other pods and carry their names. The name and node of its own pod are left out: on the series of a
 * Deployment they would be misleading.
 */
export function makeStateJob(job: string, namespace: string, app: string): ScrapeConfig {
  const options = { scrape_interval: '30s', honor_labels: true };
  return makeWorkloadJob(job, namespace, options, [keepPods(app), dropFinished, ...identityLabels]);
}

/**
 * A job that scrapes the log collectors' counters of lines.
 * Their series are about other pods' lines, and keep those namespaces and containers. The collector's own name stays as
 * `instance`, since each node counts its own lines.
 */
export function makeLinesJob(job: string, namespace: string, app: string): ScrapeConfig {
  const steps = [keepPods(app, linesPortName), dropFinished, ...identityLabels, nodeLabel];
  return makeWorkloadJob(job, namespace, { honor_labels: true }, steps);
}

/** Keeps pods that ask to be scraped. */
export const keepAnnotated = keepTargets({ [`${meta}annotation_prometheus_io_scrape`]: 'true' });

/** The path that a pod asks to be scraped at. */
export const annotatedPath: RelabelConfig = {
  source_labels: [`${meta}annotation_prometheus_io_path`],
  regex: '(.+)',
  target_label: '__metrics_path__',
};

/** A job that scrapes pods with the deployment guide's annotations, unless their workload has a job. */
export function makeAnnotatedPodsJob(job: string, namespace: string, workloads: readonly string[]): ScrapeConfig {
  return makeWorkloadJob(job, namespace, { fallback_scrape_protocol: fallbackFormat }, [
    keepTargets({
      [`${meta}annotation_prometheus_io_scrape`]: 'true',
      [`${meta}container_port_name`]: metricsPortName,
    }),
    { source_labels: [`${meta}label_app`], regex: workloads.join('|'), action: 'drop' },
    dropFinished,
    annotatedPath,
    ...identityLabels,
    ...podLabels,
  ]);
}

/** Discovers the pods of a namespace. Jobs with the same discovery share one watch. */
export function discoverPods(namespace: string): KubernetesDiscovery {
  return { role: 'pod', namespaces: { names: [namespace] } };
}

/** Keeps the pods of a workload on one port, by its name: one target a pod, however many ports it declares. */
export function keepPods(app: string, port: string = metricsPortName): RelabelConfig {
  return keepTargets({ [`${meta}label_app`]: app, [`${meta}container_port_name`]: port });
}

/** A store that is scraped. */
export interface ScrapedStore {
  /** Name of its job. */
  readonly job: string;
  /** Workload whose pods are scraped: of a database cluster another one than the job's. */
  readonly workload: string;
}

/** What an environment offers to be scraped and probed, by whichever Prometheus. */
export interface PlatformTargets {
  readonly namespace: string;
  /** Workload names of the services, which are their job names too. */
  readonly services: readonly string[];
  /** The in-cluster stores. */
  readonly stores: readonly ScrapedStore[];
  /** URLs of the public hosts to probe. */
  readonly probes: readonly string[];
  /** Namespaces of Loki and of the log collectors; `none` if no logs are collected. */
  readonly logs: { readonly loki: string; readonly collectors: string } | 'none';
}

/** Pods that a job scrapes. */
export interface PodTarget extends ScrapedStore {
  readonly namespace: string;
  readonly options: ScrapeOptions;
  /** Whether series are about the pods themselves, or count lines of other pods. */
  readonly about: 'themselves' | 'lines';
}

/** Intervals of the deployment guide. The format is a fallbackFormat, because the services' responses are not known. */
const services = { scrape_interval: '10s', scrape_timeout: '5s', fallback_scrape_protocol: fallbackFormat } as const;
const slowly = { scrape_interval: '30s' } as const;

/** The pods of an environment's services and stores, one entry for each job. */
export function listPodTargets({ namespace, ...targets }: PlatformTargets): PodTarget[] {
  const own = { namespace, about: 'themselves' } as const;
  return [
    ...targets.services.map((name) => ({ ...own, job: name, workload: name, options: services })),
    ...targets.stores.map((store) => ({ ...own, ...store, options: slowly })),
  ];
}

/** The pods of an environment's logs, one entry for each job. */
export function listLogTargets({ logs }: PlatformTargets): PodTarget[] {
  if (logs === 'none') return [];
  const { loki, collector } = logsEndpoints;
  const ofCollectors = { workload: collector.name, namespace: logs.collectors };
  return [
    { job: scrapeJobs.loki, workload: loki.name, namespace: logs.loki, options: {}, about: 'themselves' },
    { job: scrapeJobs.logCollector, ...ofCollectors, options: slowly, about: 'themselves' },
    { job: scrapeJobs.logLines, ...ofCollectors, options: {}, about: 'lines' },
  ];
}
