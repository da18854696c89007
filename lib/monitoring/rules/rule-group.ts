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
