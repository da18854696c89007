import type { AddOnAlert } from '../../../platform/add-on';
import type { ServiceContract } from '../../../platform/service-contract';
import type { Cache } from '../../../platform/settings/cache';
import type { Database } from '../../../platform/settings/database';
import type { ImplementationName } from '../../../platform/settings/edge';

/** Rules that Prometheus evaluates in order, at one interval. */
export interface RuleGroup {
  readonly name: string;
  /** Evaluation interval. @default - the interval of the server */
  readonly interval?: string;
  /** Labels of each of its results. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

/** A rule in a rule file of Prometheus. */
export type Rule = RecordingRule | AlertingRule;

/** Records the result of an expression as a new series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Raises an alert for each series that an expression returns for some time. */
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

/** `critical` pages, `warning` can wait until the next working day, `none` is for machines. */
export type Severity = 'critical' | 'warning' | 'none';

/** An alert, independent of the format of rule files. */
export interface Alert {
  /** Name of the alert, such as `HostUnreachable`. */
  readonly name: string;
  readonly severity: Severity;
  /** Returns a series for each problem. Several ways to detect the same problem are joined by `or`. */
  readonly expr: string;
  /** How long the problem must last before the alert fires, so that short problems raise none. */
  readonly for: string;
  /** One line: what is wrong with which object. */
  readonly summary: string;
  /** Details, with the value in its unit. */
  readonly description: string;
  /** Labels that distinguish rules of one name and severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** URL of its runbook. @default - that of its name among the platform's */
  readonly runbook?: string;
}

/** What an alert is beside its name, its severity and how long its problem must last. */
type AlertBody = Omit<Alert, 'name' | 'severity' | 'for'>;

/** An alert that can wait until the next working day. */
export function warn(name: string, duration: string, body: AlertBody): Alert {
  return { name, severity: 'warning', for: duration, ...body };
}

/** An alert that pages. */
export function page(name: string, duration: string, body: AlertBody): Alert {
  return { name, severity: 'critical', for: duration, ...body };
}

/** Makes the rule of an alert, with a link to its runbook. */
export function makeAlertRule(
  { name, severity, expr, summary, description, ...alert }: Alert,
  runbooks: string,
): AlertingRule {
  const { runbook = `${runbooks}/${name}.md`, labels } = alert;
  return {
    alert: name,
    expr,
    for: alert.for,
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: runbook },
  };
}

/** Input of all rules of an environment. */
export interface RuleContext {
  /** Namespace of the platform. */
  readonly namespace: string;
  /** Namespace of the monitoring. */
  readonly monitoringNamespace: string;
  /** Namespaces of the certificates of the public hosts. */
  readonly certificateNamespaces: readonly string[];
  /** Namespace of the log collectors, if logs are collected. */
  readonly logsNamespace: string;
  readonly services: readonly MonitoredService[];
  /** The database: where it runs, its name in the server, and its backup. */
  readonly database: {
    readonly kind: Database['kind'];
    readonly name: string;
    readonly backup: ObservedBackup | 'none';
    /** Its servers and archive, if it is a database cluster. */
    readonly cluster: ObservedCluster | 'none';
  };
  readonly cache: { readonly kind: Cache['kind'] };
  /** Whether log lines are collected and counted. */
  readonly logs: 'collected' | 'none';
  /** Implementation of the Gateway, if its proxies are scraped. */
  readonly gateway: ImplementationName | 'none';
  /** Whose Prometheus, Alertmanager and Grafana watch the environment. */
  readonly servers: MonitoringServers;
  /** Alerts of objects that other projects make, by the name of the add-on. */
  readonly addOns: readonly { readonly name: string; readonly alerts: readonly AddOnAlert[] }[];
  /** Scrape jobs that always have a target. A job without one raises an alert. */
  readonly jobs: readonly MonitoredJob[];
  /** Whether Prometheus sends its samples to other servers. */
  readonly sendsSamples: boolean;
  /** Base URL of the runbooks, without a slash at the end: `<base>/<AlertName>.md`. */
  readonly runbookBaseUrl: string;
}

/** Whose servers watch an environment: its own, or those of the cluster, which watch others too. */
export type MonitoringServers = { readonly kind: 'own' } | SharedServers;

/** Servers of the cluster. Nodes and the servers themselves are watched by rules of theirs. */
export interface SharedServers {
  readonly kind: 'shared';
  /** Name of the environment, a label of its alerts. */
  readonly environment: string;
  /** Namespace of the environment, a label of its alerts. */
  readonly namespace: string;
  /** Whether Alertmanager reports to a dead man's switch of the environment that it works. */
  readonly deadMansSwitch: 'webhook' | 'none';
}

/** A scrape job as its alerts see it. */
export interface MonitoredJob {
  readonly name: string;
  /** Namespace of its targets; `none` for nodes, which have none. */
  readonly namespace: string | 'none';
}

/** A database cluster as its alerts see it. */
export interface ObservedCluster {
  /** Name of the Cluster that services reach, such as `postgres-cluster`. */
  readonly name: string;
  /** Servers that it has. */
  readonly instances: number;
  /** Hours after which its latest base backup is too old. */
  readonly maxAgeHours: number;
}

/** Settings of a database's backup that alerts depend on. */
export interface ObservedBackup {
  /** Maximum age of the latest backup, in hours. */
  readonly maxAgeHours: number;
  /** Whether backups are copied out of the cluster. */
  readonly isCopied: boolean;
}

/** A service as rules and dashboards see it. */
export interface MonitoredService {
  readonly contract: ServiceContract;
  /** Name of its workload and of its scrape job: `veza-backend-api`. */
  readonly workload: string;
  /** Share of its events that have to succeed, between 0 and 1: 0.999. */
  readonly objective: number;
}
