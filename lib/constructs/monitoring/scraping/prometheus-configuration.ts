import { writeYaml } from '../../../platform/yaml';
import { probeModule } from '../blackbox-exporter';
import { externalPorts, monitoringEndpoints, scrapeJobs } from '../scrape-endpoints';
import {
  type ExternalTarget,
  makeExternalServiceJob,
  makeExternalTargetJob,
  makeNodeJobs,
  makeProbeJob,
  type NodeJobOptions,
} from './external-jobs';
import {
  discoverPods,
  keepPods,
  listLogTargets,
  listPodTargets,
  makeAnnotatedPodsJob,
  makeLinesJob,
  makePodJob,
  makeStateJob,
  type PlatformTargets,
  type PodTarget,
} from './pod-jobs';
import type { ScrapeConfig } from './scrape-config';

/** Input of prometheus.yml. */
export interface PrometheusConfiguration {
  /** Name of the environment, a label of every alert. */
  readonly environment: string;
  /** Namespace of the platform, the label `cluster` of every alert. */
  readonly namespace: string;
  readonly monitoringNamespace: string;
  /** Folder of the rule files. */
  readonly rulesFolder: string;
  readonly scrapeConfigs: readonly ScrapeConfig[];
  /** The servers that samples are sent to. */
  readonly remoteWrite: readonly object[];
}

/**
 * Default limits of a target: a service that exports too much loses its own scrape and does not overload Prometheus.
 * There are few targets, one for each pod or node.
 */
export const scrapeLimits = {
  sample_limit: 20_000,
  label_limit: 40,
  label_value_length_limit: 2048,
  body_size_limit: '16MB',
  target_limit: 500,
  keep_dropped_targets: 100,
} as const;

/** Writes prometheus.yml. The label `replica` is dropped from alerts, so that alerts of both replicas are equal. */
export function writePrometheusConfiguration(configuration: PrometheusConfiguration): string {
  const { environment, namespace, monitoringNamespace, rulesFolder, scrapeConfigs, remoteWrite } = configuration;
  return writeYaml({
    global: {
      scrape_interval: '15s',
      scrape_timeout: '10s',
      evaluation_interval: '15s',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Prometheus puts the pod's name there.
      external_labels: { environment, cluster: namespace, replica: '${POD_NAME}' },
      ...scrapeLimits,
    },
    rule_files: [`${rulesFolder}/*.yaml`],
    alerting: {
      alert_relabel_configs: [{ regex: 'replica', action: 'labeldrop' }],
      alertmanagers: [
        {
          // Every replica directly, not through a Service: the replicas decide which of them sends.
          kubernetes_sd_configs: [discoverPods(monitoringNamespace)],
          relabel_configs: [keepPods(monitoringEndpoints.alertmanager.name)],
        },
      ],
    },
    scrape_configs: scrapeConfigs,
    ...(remoteWrite.length > 0 ? { remote_write: remoteWrite } : {}),
  });
}

/** Targets of an environment that servers of its own scrape. */
export interface ScrapeInput extends PlatformTargets {
  readonly monitoringNamespace: string;
  readonly kubeletCertificates: NodeJobOptions['kubeletCertificates'];
  /** Names of Services in other namespaces that serve metrics. */
  readonly externalTargets: { readonly ingressNginx: string | 'none'; readonly certManager: string | 'none' };
  /** The Gateway's proxies; none if it has none, or they are not scraped. */
  readonly gateway: ExternalTarget | undefined;
  /** Namespaces of the certificates of the public hosts. */
  readonly certificateNamespaces: readonly string[];
}

/** Every scrape job of an environment. */
export function makeScrapeConfigs(input: ScrapeInput): ScrapeConfig[] {
  const { namespace, monitoringNamespace, probes } = input;
  const targets = listPodTargets(input);
  const { prometheus, alertmanager, grafana, kubeStateMetrics, blackbox } = monitoringEndpoints;
  return [
    ...targets.map(makeTargetJob),
    makeAnnotatedPodsJob(
      scrapeJobs.pods,
      namespace,
      targets.map(({ workload }) => workload),
    ),
    ...makeNodeJobs({
      kubeletCertificates: input.kubeletCertificates,
      namespaces: [namespace, monitoringNamespace],
      nodeExporterPort: externalPorts.nodeExporter,
    }),
    makeStateJob(scrapeJobs.kubeStateMetrics, monitoringNamespace, kubeStateMetrics.name),
    ...(probes.length > 0
      ? [
          makeProbeJob({
            job: scrapeJobs.blackbox,
            exporter: `${blackbox.name}:${blackbox.port}`,
            module: probeModule,
            urls: probes,
            namespace,
          }),
        ]
      : []),
    ...makeExternalServiceJobs(input),
    makePodJob(scrapeJobs.prometheus, monitoringNamespace, prometheus.name),
    makePodJob(scrapeJobs.alertmanager, monitoringNamespace, alertmanager.name),
    makePodJob(scrapeJobs.grafana, monitoringNamespace, grafana.name),
    ...listLogTargets(input).map(makeTargetJob),
  ];
}

/** A job that scrapes pods. */
function makeTargetJob({ job, namespace, workload, options, about }: PodTarget): ScrapeConfig {
  return about === 'lines' ? makeLinesJob(job, namespace, workload) : makePodJob(job, namespace, workload, options);
}

function makeExternalServiceJobs(input: ScrapeInput): ScrapeConfig[] {
  const { externalTargets, gateway, namespace, certificateNamespaces } = input;
  const namespaces = [...new Set([namespace, ...certificateNamespaces])];
  const services = (['ingressNginx', 'certManager'] as const).flatMap((name) => {
    const host = externalTargets[name];
    return host === 'none' ? [] : [makeExternalServiceJob(scrapeJobs[name], host, externalPorts[name], namespaces)];
  });
  return gateway === undefined ? services : [...services, makeExternalTargetJob(gateway)];
}
