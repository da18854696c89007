import { logsEndpoints, scrapeJobs } from '../scrape-endpoints';
import { fallbackFormat, type ScrapeOptions } from './pod-jobs';

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
export function podTargets({ namespace, ...targets }: PlatformTargets): PodTarget[] {
  const own = { namespace, about: 'themselves' } as const;
  return [
    ...targets.services.map((name) => ({ ...own, job: name, workload: name, options: services })),
    ...targets.stores.map((store) => ({ ...own, ...store, options: slowly })),
  ];
}

/** The pods of an environment's logs, one entry for each job. */
export function logTargets({ logs }: PlatformTargets): PodTarget[] {
  if (logs === 'none') return [];
  const { loki, collector } = logsEndpoints;
  const ofCollectors = { workload: collector.name, namespace: logs.collectors };
  return [
    { job: scrapeJobs.loki, workload: loki.name, namespace: logs.loki, options: {}, about: 'themselves' },
    { job: scrapeJobs.logCollector, ...ofCollectors, options: slowly, about: 'themselves' },
    { job: scrapeJobs.logLines, ...ofCollectors, options: {}, about: 'lines' },
  ];
}
