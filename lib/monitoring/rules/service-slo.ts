import { alertingRule } from './alert';
import { recordingNames as names, type SliWindow, windowSeconds } from './recording-names';
import type { RuleGroup, Severity } from './rule-group';
import type { RuleInput } from './rule-input';

/**
 * Failures within the long window below which a share means nothing: a single one would be the whole story. Counted are
 * failures and not events, so that a small service that fails always is not below it for ever.
 */
export const minimumFailures = 10;

/** Failures within the short window: it goes on. In the first hours of a service, windows are longer than what is known. */
const minimumRecentFailures = 5;

/** A speed at which an error budget of 30 days is spent, and the windows in which it shows. */
interface Burn {
  readonly severity: Severity;
  /** Window that makes sure that it matters. */
  readonly long: SliWindow;
  /** Window that makes sure that it goes on. */
  readonly short: SliWindow;
  /** How many times faster than to last for 30 days the budget is spent. */
  readonly factor: number;
  readonly for: string;
  /** Days after which it would be gone. */
  readonly lasts: string;
}

/** The four burn rates of the SRE workbook's chapter on alerting. */
const burns: readonly Burn[] = [
  { severity: 'critical', long: '1h', short: '5m', factor: 14.4, for: '2m', lasts: '2 days' },
  { severity: 'critical', long: '6h', short: '30m', factor: 6, for: '15m', lasts: '5 days' },
  { severity: 'warning', long: '1d', short: '2h', factor: 3, for: '1h', lasts: '10 days' },
  { severity: 'warning', long: '3d', short: '6h', factor: 1, for: '3h', lasts: '30 days' },
];

/** Alerts on the error budgets of the services, by how fast they are spent. */
export function serviceSloGroup(input: RuleInput): RuleGroup {
  return { name: 'service-slo', rules: burns.map((burn) => alertingRule(input, burnAlert(burn))) };
}

function burnAlert({ severity, long, short, factor, for: duration, lasts }: Burn) {
  const allowed = `${factor} * (1 - ${names.objective})`;
  return {
    name: 'ErrorBudgetBurn',
    severity,
    labels: { window: long },
    for: duration,
    expr: `${names.errorRatio(long)} > ${allowed}
and
${names.errorRatio(short)} > ${allowed}
and
${moreFailuresThan(minimumFailures, long)}
and
${moreFailuresThan(minimumRecentFailures, short)}`,
    summary: '{{ $labels.job }} spends its error budget too fast',
    description:
      `{{ $value | humanizePercentage }} of what {{ $labels.job }} did in ${long} went wrong. ` +
      `At that rate its error budget of 30 days is gone after ${lasts}, or sooner.`,
  };
}

/** Whether more than so many events of a window were bad. */
export function moreFailuresThan(count: number, window: SliWindow): string {
  return `${names.errors(window)} * ${windowSeconds(window)} > ${count}`;
}
