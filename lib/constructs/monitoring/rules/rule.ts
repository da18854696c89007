import type { ServiceContract } from '../../../platform/service-contract';

/** A Prometheus rule file. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** Rules that Prometheus evaluates one after the other, at one interval. */
export interface RuleGroup {
  readonly name: string;
  /** How often it is evaluated; the server's own interval if it is not stated. */
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

/** A rule as Prometheus writes it. */
export type Rule = RecordingRule | AlertingRule;

/** Keeps what an expression yields as a series of its own. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Raises an alert for each series that an expression yields for some time. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: Severity; readonly [name: string]: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

/** `critical` wakes somebody up, `warning` is for the next working day, `none` is for machines. */
export type Severity = 'critical' | 'warning' | 'none';

/** An alert as it is thought of. */
export interface Alert {
  /** Also the name of its runbook. */
  readonly name: string;
  readonly severity: Severity;
  /** Yields a series for each thing that is wrong; an `or` of several ways to see the same. */
  readonly expr: string;
  /** How long it must be wrong: long enough that it does not heal by itself. */
  readonly for: string;
  /** One line: what is wrong with what. */
  readonly summary: string;
  /** What it means, and the value in its unit. */
  readonly description: string;
  /** What tells apart rules of one name and severity. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The rule of an alert, with a link to its runbook. */
export function alertingRule({ runbookBaseUrl }: Pick<RuleContext, 'runbookBaseUrl'>, alert: Alert): AlertingRule {
  const { name, severity, expr, summary, description, labels } = alert;
  return {
    alert: name,
    expr,
    for: alert.for,
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: `${runbookBaseUrl}/${name}.md` },
  };
}

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
