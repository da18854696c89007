import { probeModule } from '../blackbox-exporter';
import { monitoringEndpoints, outsidePorts } from '../endpoints';
import { jobs } from '../jobs';
import { foreignJob, probeJob } from './named-jobs';
import { type NodeJobOptions, nodeJobs } from './node-jobs';
import { annotatedPodsJob, fallback, podJob, stateJob } from './pod-jobs';
import type { ScrapeConfig } from './scrape-config';

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
    annotatedPodsJob(jobs.pods, namespace, [...input.services, ...input.stores]),
    ...nodeJobs({
      kubeletCertificates: input.kubeletCertificates,
      namespaces: [namespace, monitoringNamespace],
      nodeExporterPort: outsidePorts.nodeExporter,
    }),
    stateJob(jobs.kubeStateMetrics, monitoringNamespace, kubeStateMetrics.name),
    ...(probes.length > 0
      ? [
          probeJob({
            job: jobs.blackbox,
            exporter: `${blackbox.name}:${blackbox.port}`,
            module: probeModule,
            urls: probes,
          }),
        ]
      : []),
    ...foreignJobs(input),
    podJob(jobs.prometheus, monitoringNamespace, prometheus.name),
    podJob(jobs.alertmanager, monitoringNamespace, alertmanager.name),
    podJob(jobs.grafana, monitoringNamespace, grafana.name),
  ];
}

function foreignJobs({ foreign, namespace }: ScrapeInput): ScrapeConfig[] {
  return (['ingressNginx', 'certManager'] as const).flatMap((name) => {
    const host = foreign[name];
    return host === 'none' ? [] : [foreignJob(jobs[name], host, outsidePorts[name], namespace)];
  });
}
