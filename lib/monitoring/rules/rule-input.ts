import type { ServiceContract } from '../../services/contract';

/** What rules are made from. */
export interface RuleInput {
  /** Namespace of the platform. */
  readonly namespace: string;
  /** Namespace of the monitoring. */
  readonly monitoringNamespace: string;
  readonly services: readonly ObservedService[];
  /** The database: who runs it, and its name in the server. */
  readonly database: { readonly kind: 'in-cluster' | 'managed'; readonly name: string };
  readonly cache: { readonly kind: 'in-cluster' | 'managed' };
  /** Scrape jobs that always have a target: that one has none is an alert. */
  readonly jobs: readonly string[];
  /** Where runbooks are read, without a slash at the end: `<here>/<AlertName>.md`. */
  readonly runbookBaseUrl: string;
}

/** A service as it is observed. */
export interface ObservedService {
  readonly contract: ServiceContract;
  /** Name of its workload, which is the name of its scrape job too: `veza-backend-api`. */
  readonly workload: string;
  /** Share of its events that are to be good, above 0 and below 1: 0.999. */
  readonly objective: number;
}
