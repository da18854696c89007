import type { Indicator } from '../../../platform/settings/service-metrics';
import { is, type Matchers, matches, select } from './promql';
import type { Alert, MonitoredService, RecordingRule, RuleContext, RuleGroup, Severity } from './rule';

/** Windows over which events and errors of a service are recorded. */
export const sliWindows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** A window over which events and errors of a service are recorded. */
export type SliWindow = (typeof sliWindows)[number];

const unitSeconds = { m: 60, h: 3600, d: 86_400 } as const;

/** Length of a window in seconds. */
export function computeWindowSeconds(window: SliWindow): number {
  return Number.parseInt(window, 10) * unitSeconds[window.slice(-1) as keyof typeof unitSeconds];
}

/** Window of the error budget. */
const budgetWindow = '30d';

/**
 * Names of recorded series, one series for each service with the labels `namespace` and `job`.
 * The contract of a service defines what an event is and which events failed.
 */
export const recordingNames = {
  /** Events per second: `service:sli_events:rate5m`. */
  events: (window: SliWindow) => `service:sli_events:rate${window}`,
  /** Failed events per second, 0 if none failed: `service:sli_errors:rate5m`. */
  errors: (window: SliWindow) => `service:sli_errors:rate${window}`,
  /** Share of failed events, 0 to 1; no series without events: `service:sli_errors:ratio_rate5m`. */
  errorRatio: (window: SliWindow) => `service:sli_errors:ratio_rate${window}`,
  /** Share of events that have to succeed, 0 to 1. */
  objective: 'service:slo_objective:ratio',
  /** Remaining share of the error budget of 30 days: 1 is all, 0 is none, below 0 it is overspent. */
  budgetRemaining: `service:slo_budget_remaining:ratio_rate${budgetWindow}`,
  /** 95th percentile of the service's response time in seconds. */
  responseTimeP95: 'service:response_time_seconds:p95_rate5m',
} as const;

/**
 * Minimum number of failures in the long window: below it, a single failure could decide the share.
 * Failures are counted instead of events, so that a service with little traffic that always fails raises the alert.
 */
export const minimumFailures = 10;

/** Minimum number of failures in the short window, which shows that the problem continues. */
const minimumRecentFailures = 5;

/** A rate at which an error budget of 30 days is spent, and the windows in which it is measured. */
interface Burn {
  readonly severity: Severity;
  /** Long window: the problem is significant. */
  readonly long: SliWindow;
  /** Short window: the problem continues. */
  readonly short: SliWindow;
  /** How many times faster the budget is spent than a rate at which it lasts 30 days. */
  readonly factor: number;
  readonly for: string;
  /** Time after which the budget is exhausted at this rate. */
  readonly lasts: string;
}

/** The four burn rates of the chapter on alerting in the SRE workbook. */
const burns: readonly Burn[] = [
  { severity: 'critical', long: '1h', short: '5m', factor: 14.4, for: '2m', lasts: '2 days' },
  { severity: 'critical', long: '6h', short: '30m', factor: 6, for: '15m', lasts: '5 days' },
  { severity: 'warning', long: '1d', short: '2h', factor: 3, for: '1h', lasts: '10 days' },
  { severity: 'warning', long: '3d', short: '6h', factor: 1, for: '3h', lasts: '30 days' },
];

/** Alerts on the burn rates of the services' error budgets. */
export function makeErrorBudgetAlerts(input: RuleContext): Alert[] {
  return burns.map((burn) => alertBurn(burn, input));
}

function alertBurn({ severity, long, short, factor, for: duration, lasts }: Burn, input: RuleContext): Alert {
  const allowed = `${factor} * (1 - ${selectRecorded(recordingNames.objective, input)})`;
  return {
    name: 'ErrorBudgetBurn',
    severity,
    labels: { window: long },
    for: duration,
    expr: `${selectRecorded(recordingNames.errorRatio(long), input)} > ${allowed}
and
${selectRecorded(recordingNames.errorRatio(short), input)} > ${allowed}
and
${moreFailuresThan(minimumFailures, long, input)}
and
${moreFailuresThan(minimumRecentFailures, short, input)}`,
    summary: '{{ $labels.job }} spends its error budget too fast',
    description:
      `{{ $value | humanizePercentage }} of the events of {{ $labels.job }} failed in the last ${long}. At that ` +
      `rate its error budget of 30 days is exhausted in ${lasts} or less.`,
  };
}

/** Expression for more than `count` failed events in a window. */
export function moreFailuresThan(count: number, window: SliWindow, input: RuleContext): string {
  return `${selectRecorded(recordingNames.errors(window), input)} * ${computeWindowSeconds(window)} > ${count}`;
}

/** A recorded series of this environment: the Prometheus may have those of others too. */
export function selectRecorded(name: string, { namespace }: RuleContext, matchers: Matchers = {}): string {
  return select(name, { namespace: is(namespace), ...matchers });
}

/** Window that is computed from the services' own series. Longer windows are means of its results. */
const shortest = '5m' satisfies SliWindow;

/** Recording rules of the services: events, failed events, and the remaining error budget. */
export function makeServiceSliGroups(input: RuleContext): RuleGroup[] {
  return [
    {
      name: 'service-sli',
      rules: [
        ...input.services.flatMap((service) => makeServiceRules(service, input)),
        recordErrorRatio(shortest, input),
      ],
    },
    // Means of one series per service are cheap. Rates over days would read every sample of every replica.
    {
      name: 'service-sli-windows',
      interval: '1m',
      rules: sliWindows.filter((window) => window !== shortest).flatMap((window) => makeWindowRules(window, input)),
    },
    { name: 'service-slo-budget', interval: '5m', rules: [recordBudgetRemaining(input)] },
  ];
}

/** The recorded series get their labels here, because the sums below keep none. */
function makeServiceRules(service: MonitoredService, { namespace }: RuleContext): RecordingRule[] {
  const { contract, workload, objective } = service;
  const target = { namespace: is(namespace), job: is(workload) };
  const { indicator, responseTime } = contract.metrics;
  const { events, errors } = queryIndicatorRates(indicator, target);
  const buckets = select(`${responseTime.histogram}_bucket`, target);
  const record = (name: string, expr: string) => ({ record: name, labels: { namespace, job: workload }, expr });
  return [
    record(recordingNames.objective, `vector(${Number(objective.toPrecision(12))})`),
    record(recordingNames.events(shortest), events),
    record(recordingNames.errors(shortest), errors),
    record(recordingNames.responseTimeP95, `histogram_quantile(0.95, sum by (le) (rate(${buckets}[${shortest}])))`),
  ];
}

function queryIndicatorRates(indicator: Indicator, target: Matchers): { events: string; errors: string } {
  if (indicator.kind === 'time-to-first-byte') {
    const events = rate(select(`${indicator.histogram}_count`, target));
    return { events, errors: `${events} - ${rate(selectGoodBucket(indicator, target))}` };
  }
  const { counter, failed } = indicator;
  const events = rate(select(counter, target));
  const failures = rate(select(counter, { ...target, [failed.label]: matches(failed.pattern) }));
  // Before the first failure there is no series of failures. That means zero, not unknown.
  return { events, errors: `${failures} or 0 * ${events}` };
}

/** The histogram bucket of the successful events. Prometheus 3 writes every bound with a decimal point. */
export function selectGoodBucket(
  { histogram, bound }: Extract<Indicator, { kind: 'time-to-first-byte' }>,
  target: Matchers,
): string {
  return select(`${histogram}_bucket`, { ...target, le: is(Number.isInteger(bound) ? `${bound}.0` : `${bound}`) });
}

function rate(selector: string): string {
  return `sum(rate(${selector}[${shortest}]))`;
}

function makeWindowRules(window: SliWindow, input: RuleContext): RecordingRule[] {
  const mean = (series: string) => `avg_over_time(${selectRecorded(series, input)}[${window}])`;
  return [
    { record: recordingNames.events(window), expr: mean(recordingNames.events(shortest)) },
    { record: recordingNames.errors(window), expr: mean(recordingNames.errors(shortest)) },
    recordErrorRatio(window, input),
  ];
}

function recordErrorRatio(window: SliWindow, input: RuleContext): RecordingRule {
  return {
    record: recordingNames.errorRatio(window),
    expr: `${selectRecorded(recordingNames.errors(window), input)} / (${selectRecorded(recordingNames.events(window), input)} > 0)`,
  };
}

function recordBudgetRemaining(input: RuleContext): RecordingRule {
  const mean = (series: string) => `avg_over_time(${selectRecorded(series, input)}[${budgetWindow}])`;
  return {
    record: recordingNames.budgetRemaining,
    expr: `1 -
  ${mean(recordingNames.errors(shortest))}
  / (${mean(recordingNames.events(shortest))} > 0)
  / (1 - ${selectRecorded(recordingNames.objective, input)})`,
  };
}
