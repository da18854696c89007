import type { ServiceContract } from '../../../platform/service-contract';

/** What rules are made from. */
export interface RuleContext {
  /** Namespace of the platform. */
  readonly namespace: string;
  /** Namespace of the monitoring. */
  readonly monitoringNamespace: string;
  readonly services: readonly MonitoredService[];
  /** The database: who runs it, its name in the server, and how we back it up. */
  readonly database: {
    readonly kind: 'in-cluster' | 'managed';
    readonly name: string;
    readonly backup: ObservedBackup | 'none';
  };
  readonly cache: { readonly kind: 'in-cluster' | 'managed' };
  /** Scrape jobs that always have a target: that one has none is an alert. */
  readonly jobs: readonly string[];
  /** Where runbooks are read, without a slash at the end: `<here>/<AlertName>.md`. */
  readonly runbookBaseUrl: string;
}

/** The backup of a database as it is observed. */
export interface ObservedBackup {
  /** Hours after which the youngest backup is too old. */
  readonly maxAgeHours: number;
  /** Whether backups are copied out of the cluster. */
  readonly isCopied: boolean;
}

/** A service as it is observed. */
export interface MonitoredService {
  readonly contract: ServiceContract;
  /** Name of its workload, which is the name of its scrape job too: `veza-backend-api`. */
  readonly workload: string;
  /** Share of its events that are to be good, above 0 and below 1: 0.999. */
  readonly objective: number;
}
