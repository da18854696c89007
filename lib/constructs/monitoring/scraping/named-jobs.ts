import { copied, type ScrapeConfig } from './scrape-config';

/** Public hosts, each asked for its own page by the blackbox exporter. */
export interface ProbeOptions {
  readonly job: string;
  /** `host:port` of the exporter. */
  readonly exporter: string;
  readonly module: string;
  readonly urls: readonly string[];
}

/** Public hosts, asked from outside in. The target is the URL; whom Prometheus calls is the exporter. */
export function probeJob({ job, exporter, module, urls }: ProbeOptions): ScrapeConfig {
  return {
    job_name: job,
    scrape_interval: '30s',
    scrape_timeout: '15s',
    metrics_path: '/probe',
    params: { module: [module] },
    static_configs: [{ targets: urls }],
    relabel_configs: [
      copied('__address__', '__param_target'),
      copied('__address__', 'instance'),
      { source_labels: ['__address__'], regex: 'https://([^/:]+).*', target_label: 'host' },
      { target_label: '__address__', replacement: exporter },
    ],
  };
}

/**
 * Pods of a namespace that is not ours, by the name of their Service: `metrics.ingress-nginx.svc`. No Role of ours lists
 * its pods: that would have to lie in their namespace, or let Prometheus read the specification of every pod of the
 * cluster. Of what they tell of all namespaces, ours is kept.
 */
export function foreignJob(job: string, host: string, port: number, namespace: string): ScrapeConfig {
  return {
    job_name: job,
    scrape_interval: '30s',
    dns_sd_configs: [{ names: [host], type: 'A', port }],
    relabel_configs: [{ source_labels: ['__meta_dns_name'], regex: '[^.]+\\.([^.]+).*', target_label: 'namespace' }],
    // `namespace` is theirs; what they say of another one is under this name.
    metric_relabel_configs: [{ source_labels: ['exported_namespace'], regex: `${namespace}|`, action: 'keep' }],
  };
}
