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
}

/** Pods that a job scrapes, on their port `metrics`. */
export interface PodTarget extends ScrapedStore {
  readonly options: ScrapeOptions;
}

/** Intervals of the deployment guide. The format is a fallbackFormat, because the services' responses are not known. */
const services = { scrape_interval: '10s', scrape_timeout: '5s', fallback_scrape_protocol: fallbackFormat } as const;
const stores = { scrape_interval: '30s' } as const;

/** The pods of an environment's services and stores, one entry for each job. */
export function podTargets(targets: PlatformTargets): PodTarget[] {
  return [
    ...targets.services.map((name) => ({ job: name, workload: name, options: services })),
    ...targets.stores.map((store) => ({ ...store, options: stores })),
  ];
}
