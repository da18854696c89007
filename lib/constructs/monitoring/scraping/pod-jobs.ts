import { metricsPortName } from '../scrape-endpoints';
import { copied, type KubernetesDiscovery, kept, type RelabelConfig, type ScrapeConfig } from './scrape-config';

const meta = '__meta_kubernetes_pod_';

/** A pod that is over is no target that is down. */
const notFinished: RelabelConfig = { source_labels: [`${meta}phase`], regex: 'Succeeded|Failed', action: 'drop' };

/** The instance is the pod's name: an address in an alert tells nobody anything. */
const identity = [copied('__meta_kubernetes_namespace', 'namespace'), copied(`${meta}name`, 'instance')];

const place = [copied(`${meta}name`, 'pod'), copied(`${meta}node_name`, 'node')];

/** The format of an exporter that does not name it. */
export const fallback = 'PrometheusText0.0.4';

/** When and how a job scrapes, if not as all do. */
export type ScrapeManner = Pick<ScrapeConfig, 'scrape_interval' | 'scrape_timeout' | 'fallback_scrape_protocol'>;

/** Every pod of a workload. */
export function podJob(job: string, namespace: string, app: string, manner: ScrapeManner = {}): ScrapeConfig {
  return {
    job_name: job,
    ...manner,
    kubernetes_sd_configs: [podsOf(namespace)],
    relabel_configs: [keptPods(app), notFinished, ...identity, ...place],
  };
}

/**
 * The pods of kube-state-metrics. It tells of other pods, whose names stand on its series; its own does not, lest what it
 * says of a Deployment carry the name and node of a pod that has nothing to do with it.
 */
export function stateJob(job: string, namespace: string, app: string): ScrapeConfig {
  return {
    job_name: job,
    scrape_interval: '30s',
    honor_labels: true,
    kubernetes_sd_configs: [podsOf(namespace)],
    relabel_configs: [keptPods(app), notFinished, ...identity],
  };
}

/** Pods that ask to be scraped by the guide's annotations, without those of the workloads that have a job. */
export function annotatedPodsJob(job: string, namespace: string, workloads: readonly string[]): ScrapeConfig {
  return {
    job_name: job,
    fallback_scrape_protocol: fallback,
    kubernetes_sd_configs: [podsOf(namespace)],
    relabel_configs: [
      kept({ [`${meta}annotation_prometheus_io_scrape`]: 'true', [`${meta}container_port_name`]: metricsPortName }),
      { source_labels: [`${meta}label_app`], regex: workloads.join('|'), action: 'drop' },
      notFinished,
      { source_labels: [`${meta}annotation_prometheus_io_path`], regex: '(.+)', target_label: '__metrics_path__' },
      ...identity,
      ...place,
    ],
  };
}

/** Discovery of a namespace's pods. Jobs with the same one share one watch. */
export function podsOf(namespace: string): KubernetesDiscovery {
  return { role: 'pod', namespaces: { names: [namespace] } };
}

/** The pods of a workload on their port `metrics`: one target a pod, however many ports it declares. */
export function keptPods(app: string): RelabelConfig {
  return kept({ [`${meta}label_app`]: app, [`${meta}container_port_name`]: metricsPortName });
}
