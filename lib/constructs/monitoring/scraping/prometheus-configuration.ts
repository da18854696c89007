import { writeYaml } from '../../../platform/yaml';
import { probeModule } from '../blackbox-exporter';
import { externalPorts, monitoringEndpoints, scrapeJobs } from '../scrape-endpoints';
import { foreignJob, type NodeJobOptions, nodeJobs, probeJob } from './external-jobs';
import { annotatedPodsJob, fallback, keptPods, podJob, podsOf, stateJob } from './pod-jobs';
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

/** What there is to scrape. */
export interface ScrapeInput {
  readonly namespace: string;
  readonly monitoringNamespace: string;
  /** Workloads of the services, whose names are those of their jobs. */
  readonly services: readonly string[];
  /** Stores that run in the cluster, whose names are those of their jobs. */
  readonly stores: readonly string[];
  /** URLs of the public hosts. */
  readonly probes: readonly string[];
  readonly kubeletCertificates: NodeJobOptions['kubeletCertificates'];
  /** Names of others' Services that lead to metrics. */
  readonly foreign: { readonly ingressNginx: string | 'none'; readonly certManager: string | 'none' };
}

/** Times of the guide: the services often, the stores less so. What services send, we have not seen. */
const services = { scrape_interval: '10s', scrape_timeout: '5s', fallback_scrape_protocol: fallback } as const;
const stores = { scrape_interval: '30s' } as const;

/** Every scrape job of an environment. */
export function scrapeConfigs(input: ScrapeInput): ScrapeConfig[] {
  const { namespace, monitoringNamespace, probes } = input;
  const { prometheus, alertmanager, grafana, kubeStateMetrics, blackbox } = monitoringEndpoints;
  return [
    ...input.services.map((name) => podJob(name, namespace, name, services)),
    ...input.stores.map((name) => podJob(name, namespace, name, stores)),
    annotatedPodsJob(scrapeJobs.pods, namespace, [...input.services, ...input.stores]),
    ...nodeJobs({
      kubeletCertificates: input.kubeletCertificates,
      namespaces: [namespace, monitoringNamespace],
      nodeExporterPort: externalPorts.nodeExporter,
    }),
    stateJob(scrapeJobs.kubeStateMetrics, monitoringNamespace, kubeStateMetrics.name),
    ...(probes.length > 0
      ? [
          probeJob({
            job: scrapeJobs.blackbox,
            exporter: `${blackbox.name}:${blackbox.port}`,
            module: probeModule,
            urls: probes,
          }),
        ]
      : []),
    ...foreignJobs(input),
    podJob(scrapeJobs.prometheus, monitoringNamespace, prometheus.name),
    podJob(scrapeJobs.alertmanager, monitoringNamespace, alertmanager.name),
    podJob(scrapeJobs.grafana, monitoringNamespace, grafana.name),
  ];
}

function foreignJobs({ foreign, namespace }: ScrapeInput): ScrapeConfig[] {
  return (['ingressNginx', 'certManager'] as const).flatMap((name) => {
    const host = foreign[name];
    return host === 'none' ? [] : [foreignJob(scrapeJobs[name], host, externalPorts[name], namespace)];
  });
}
