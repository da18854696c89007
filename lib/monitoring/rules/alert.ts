import type { AlertingRule, Severity } from './rule-group';
import type { RuleInput } from './rule-input';

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
export function alertingRule({ runbookBaseUrl }: Pick<RuleInput, 'runbookBaseUrl'>, alert: Alert): AlertingRule {
  const { name, severity, expr, summary, description, labels } = alert;
  return {
    alert: name,
    expr,
    for: alert.for,
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: `${runbookBaseUrl}/${name}.md` },
  };
}
