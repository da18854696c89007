import { apiTokenFiles } from '../../kubernetes/pod-defaults';
import { scrapeJobs } from '../scrape-endpoints';
import { copyLabel, type RelabelConfig, type ScrapeConfig } from './scrape-config';

/** Options of the jobs that scrape nodes. */
export interface NodeJobOptions {
  /** Certificate authority of the kubelets' certificates. */
  readonly kubeletCertificates: 'cluster' | 'self-signed';
  /** Namespaces whose containers and volumes are kept. Those of other namespaces would fill Prometheus. */
  readonly namespaces: readonly string[];
  readonly nodeExporterPort: number;
}

const discovery: Pick<ScrapeConfig, 'scrape_interval' | 'kubernetes_sd_configs'> = {
  scrape_interval: '30s',
  kubernetes_sd_configs: [{ role: 'node' }],
};

const labels = [copyLabel('__meta_kubernetes_node_name', 'node'), copyLabel('__meta_kubernetes_node_name', 'instance')];

/** Jobs with a target on each node: metrics of the node, its volumes and its containers. */
export function makeNodeJobs({ kubeletCertificates, namespaces, nodeExporterPort }: NodeJobOptions): ScrapeConfig[] {
  const kubelet: Omit<ScrapeConfig, 'job_name'> = {
    ...discovery,
    scheme: 'https',
    authorization: { credentials_file: apiTokenFiles.token },
    tls_config: {
      ca_file: apiTokenFiles.ca,
      ...(kubeletCertificates === 'self-signed' ? { insecure_skip_verify: true } : {}),
    },
    body_size_limit: '64MB',
    relabel_configs: labels,
  };
  const only = (family: string): RelabelConfig[] => [
    { source_labels: ['__name__', 'namespace'], regex: `${family}_.+;(${namespaces.join('|')})`, action: 'keep' },
  ];
  return [
    {
      job_name: scrapeJobs.nodeExporter,
      ...discovery,
      relabel_configs: [
        // Discovery returns the port of the kubelet.
        {
          source_labels: ['__address__'],
          regex: '(.+):\\d+',
          target_label: '__address__',
          replacement: `$1:${nodeExporterPort}`,
        },
        ...labels,
      ],
    },
    { job_name: scrapeJobs.kubelet, ...kubelet, metric_relabel_configs: only('kubelet_volume_stats') },
    {
      job_name: scrapeJobs.cadvisor,
      ...kubelet,
      metrics_path: '/metrics/cadvisor',
      metric_relabel_configs: only('container'),
    },
  ];
}

/** How often hosts are probed, and how long a probe may take. */
export const probeTimes = { scrape_interval: '30s', scrape_timeout: '15s' } as const;

/** Path of the exporter that probes. */
export const probePath = '/probe';

/** The host of a URL. Its source is the label that has the URL. */
export const hostLabel = { regex: 'https://([^/:]+).*', target_label: 'host' } as const;

/** Options of a job that probes public hosts through the blackbox exporter. */
export interface ProbeOptions {
  readonly job: string;
  /** `host:port` of the exporter. */
  readonly exporter: string;
  readonly module: string;
  readonly urls: readonly string[];
  /** Namespace that serves them, a label of the targets. */
  readonly namespace: string;
}

/** A job that probes public hosts. The target is the URL, but Prometheus calls the exporter. */
export function makeProbeJob({ job, exporter, module, urls, namespace }: ProbeOptions): ScrapeConfig {
  return {
    job_name: job,
    ...probeTimes,
    metrics_path: probePath,
    params: { module: [module] },
    static_configs: [{ targets: urls, labels: { namespace } }],
    relabel_configs: [
      copyLabel('__address__', '__param_target'),
      copyLabel('__address__', 'instance'),
      { source_labels: ['__address__'], ...hostLabel },
      { target_label: '__address__', replacement: exporter },
    ],
  };
}

/**
 * A job that scrapes pods in a namespace outside the platform, by the name of their Service: `metrics.ingress-nginx.svc`.
 * DNS instead of the Kubernetes API, because listing those pods needs a Role in their namespace, or access to every pod of
 * the cluster. Only series about the platform's namespaces are kept.
 */
export function makeExternalServiceJob(
  job: string,
  host: string,
  port: number,
  namespaces: readonly string[],
): ScrapeConfig {
  return {
    job_name: job,
    scrape_interval: '30s',
    dns_sd_configs: [{ names: [host], type: 'A', port }],
    relabel_configs: [{ source_labels: ['__meta_dns_name'], regex: '[^.]+\\.([^.]+).*', target_label: 'namespace' }],
    // `namespace` is their own; the namespace that a series is about has this name.
    metric_relabel_configs: [
      { source_labels: ['exported_namespace'], regex: `${namespaces.join('|')}|`, action: 'keep' },
    ],
  };
}

/** Pods in a namespace outside the platform that serve its Gateway, and the metrics of theirs that are kept. */
export interface ExternalTarget {
  readonly job: string;
  /** Headless Service that leads to them: `metrics.envoy-gateway-system.svc`. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Regular expression of the names that are kept. */
  readonly kept: string;
}

/** A job that scrapes pods which are the platform's alone, found as by `makeExternalServiceJob`. */
export function makeExternalTargetJob({ job, host, port, path, kept }: ExternalTarget): ScrapeConfig {
  return {
    ...makeExternalServiceJob(job, host, port, []),
    metrics_path: path,
    metric_relabel_configs: [{ source_labels: ['__name__'], regex: kept, action: 'keep' }],
  };
}
