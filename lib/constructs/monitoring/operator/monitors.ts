import type { k8s } from 'cdk8s-plus-27';
import { probeModule } from '../blackbox-exporter';
import { linesPortName, metricsPortName, monitoringEndpoints, scrapeJobs } from '../scrape-endpoints';
import { hostLabel, probePath, probeTimes } from '../scraping/external-jobs';
import {
  annotatedPath,
  fallbackFormat,
  instanceLabel,
  keepAnnotated,
  listLogTargets,
  listPodTargets,
  nodeLabel,
  type PlatformTargets,
  type PodTarget,
  type ScrapeOptions,
} from '../scraping/pod-jobs';
import { scrapeLimits } from '../scraping/prometheus-configuration';
import type { RelabelConfig } from '../scraping/scrape-config';

/** A monitor of the operator: its place, and its spec. */
export interface Monitor {
  readonly name: string;
  readonly namespace: string;
  readonly spec: object;
}

const limits = {
  sampleLimit: scrapeLimits.sample_limit,
  labelLimit: scrapeLimits.label_limit,
  labelValueLengthLimit: scrapeLimits.label_value_length_limit,
  targetLimit: scrapeLimits.target_limit,
  keepDroppedTargets: scrapeLimits.keep_dropped_targets,
};

/** A PodMonitor for each job of the environment, and one for pods that ask to be scraped. */
export function makePodMonitors(targets: PlatformTargets): Monitor[] {
  const pods = [...listPodTargets(targets), ...listLogTargets(targets)];
  return [...pods.map(makePodMonitor), makeAnnotatedMonitor(pods, targets.namespace)];
}

function makePodMonitor({ job, namespace, workload, options, about }: PodTarget): Monitor {
  const selector = { matchLabels: { app: workload } };
  const spec =
    about === 'lines'
      ? makeMonitorSpec(job, selector, { ...options, port: linesPortName, honorLabels: true, droppedLabels: '|pod' })
      : makeMonitorSpec(job, selector, options);
  return { name: job, namespace, spec };
}

/** Pods with the deployment guide's annotations, unless their workload has a job. */
function makeAnnotatedMonitor(pods: readonly PodTarget[], namespace: string): Monitor {
  const job = scrapeJobs.pods;
  const own = pods.filter((target) => target.namespace === namespace).map(({ workload }) => workload);
  const selector = { matchExpressions: [{ key: 'app', operator: 'NotIn', values: own }] };
  const steps = [keepAnnotated, annotatedPath];
  const spec = makeMonitorSpec(job, selector, { fallback_scrape_protocol: fallbackFormat, steps });
  return { name: job, namespace, spec };
}

/** How pods are scraped, where it differs from the defaults. */
interface MonitorOptions extends ScrapeOptions {
  /** Name of their port. @default - `metrics` */
  readonly port?: string;
  /** Whether labels of series override those of the target. */
  readonly honorLabels?: boolean;
  /** Further labels that the operator adds and that are dropped, as a part of a regular expression. */
  readonly droppedLabels?: string;
  /** Steps before those that name the target. */
  readonly steps?: readonly RelabelConfig[];
}

/**
 * The targets have the labels that a Prometheus of the environment's own gives them, since the rules are the same: the
 * operator's `container` and `endpoint` are dropped.
 */
function makeMonitorSpec(job: string, selector: k8s.LabelSelector, options: MonitorOptions) {
  const { port = metricsPortName, honorLabels, droppedLabels = '', steps = [] } = options;
  const identity = [instanceLabel, nodeLabel, { target_label: 'job', replacement: job }];
  const dropped = { action: 'labeldrop', regex: `container|endpoint${droppedLabels}` } as const;
  return {
    selector,
    ...limits,
    bodySizeLimit: scrapeLimits.body_size_limit,
    fallbackScrapeProtocol: options.fallback_scrape_protocol,
    podMetricsEndpoints: [
      {
        port,
        honorLabels,
        filterRunning: true,
        interval: options.scrape_interval,
        scrapeTimeout: options.scrape_timeout,
        relabelings: [...steps, ...identity, dropped].map(toRelabeling),
      },
    ],
  };
}

/** The Probe of the public hosts, which the prober in the environment's namespace carries out. */
export function makePublicProbe({ namespace, probes }: PlatformTargets): Monitor[] {
  if (probes.length === 0) return [];
  const { name, port } = monitoringEndpoints.blackbox;
  const spec = {
    jobName: scrapeJobs.blackbox,
    interval: probeTimes.scrape_interval,
    scrapeTimeout: probeTimes.scrape_timeout,
    module: probeModule,
    ...limits,
    prober: { url: `${name}.${namespace}.svc:${port}`, path: probePath },
    targets: {
      staticConfig: {
        static: probes,
        labels: { namespace },
        // The address is that of the prober here, and the URL is the instance.
        relabelingConfigs: [toRelabeling({ source_labels: ['instance'], ...hostLabel })],
      },
    },
  };
  return [{ name: scrapeJobs.blackbox, namespace, spec }];
}

/** The action is stated, because the API server adds its default. */
function toRelabeling({
  action = 'replace',
  source_labels: sourceLabels,
  target_label: targetLabel,
  ...rest
}: RelabelConfig): object {
  return { action, sourceLabels, targetLabel, ...rest };
}
