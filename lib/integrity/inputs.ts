import type { Connection } from '../network/connection';
import type { Exporter } from './monitoring/exporter';

/** Who may connect to whom in one namespace. */
export interface ConnectionGraph {
  /** Namespace of the workloads that the graph names. */
  readonly namespace: string;
  readonly connections: readonly Connection[];
}

/** Connections that a database offers, and who wants how many of them at most. */
export interface ConnectionBudget {
  readonly available: number;
  readonly demands: readonly { readonly object: string; readonly connections: number }[];
}

/** What is known about monitoring beyond the objects. */
export interface MonitoringKnowledge {
  /** Exporters of our own, beside those that everybody uses. */
  readonly exporters: readonly Exporter[];
  /**
   * Names of the runbooks that exist, as the last part of a `runbook_url` has them, without extension.
   * @default - not known
   */
  readonly runbooks?: readonly string[];
}

/** What rules are told beyond the objects themselves. */
export interface RuleInputs {
  readonly graphs?: readonly ConnectionGraph[];
  readonly connectionBudget?: ConnectionBudget;
  readonly monitoring?: MonitoringKnowledge;
}
