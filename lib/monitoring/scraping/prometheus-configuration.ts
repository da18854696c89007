import { writeYaml } from '../../kubernetes/yaml-file';
import { monitoringEndpoints } from '../endpoints';
import { keptPods, podsOf } from './pod-jobs';
import type { ScrapeConfig } from './scrape-config';

/** What Prometheus' configuration is made of. */
export interface PrometheusConfiguration {
  /** Name of the environment, put on every alert. */
  readonly environment: string;
  /** Namespace of the platform, which names the cluster as this Prometheus sees it. */
  readonly namespace: string;
  readonly monitoringNamespace: string;
  /** Folder of the rule files. */
  readonly rulesFolder: string;
  readonly scrapeConfigs: readonly ScrapeConfig[];
}

/**
 * Bounds of every target that states no other: a service gone wild costs its own scrape and not all of Prometheus.
 * Targets are few, one a pod or node.
 */
const limits = {
  sample_limit: 20_000,
  label_limit: 40,
  label_value_length_limit: 2048,
  body_size_limit: '16MB',
  target_limit: 500,
  keep_dropped_targets: 100,
} as const;

/** Writes prometheus.yml. `replica` differs between the two that ask for the same alert, so it goes before one is sent. */
export function prometheusConfiguration(configuration: PrometheusConfiguration): string {
  const { environment, namespace, monitoringNamespace, rulesFolder, scrapeConfigs } = configuration;
  return writeYaml({
    global: {
      scrape_interval: '15s',
      scrape_timeout: '10s',
      evaluation_interval: '15s',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Prometheus puts the pod's name there.
      external_labels: { environment, cluster: namespace, replica: '${POD_NAME}' },
      ...limits,
    },
    rule_files: [`${rulesFolder}/*.yaml`],
    alerting: {
      alert_relabel_configs: [{ regex: 'replica', action: 'labeldrop' }],
      alertmanagers: [
        {
          // Each of them, never a Service in front: they settle among themselves who sends.
          kubernetes_sd_configs: [podsOf(monitoringNamespace)],
          relabel_configs: [keptPods(monitoringEndpoints.alertmanager.name)],
        },
      ],
    },
    scrape_configs: scrapeConfigs,
  });
}
