/** Windows over which events and errors of a service are recorded. */
export const sliWindows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** A window over which events and errors of a service are recorded. */
export type SliWindow = (typeof sliWindows)[number];

const unitSeconds = { m: 60, h: 3600, d: 86_400 } as const;

/** Length of a window in seconds. */
export function windowSeconds(window: SliWindow): number {
  return Number.parseInt(window, 10) * unitSeconds[window.slice(-1) as keyof typeof unitSeconds];
}

/** Window of the error budget. */
export const budgetWindow = '30d';

/**
 * Names of recorded series. All have the labels `namespace` and `job`, one series a service: what an event is, and which
 * of them are errors, the service's contract says.
 */
export const recordingNames = {
  /** Events a second: `service:sli_events:rate5m`. */
  events: (window: SliWindow) => `service:sli_events:rate${window}`,
  /** Bad events a second, 0 where all were good: `service:sli_errors:rate5m`. */
  errors: (window: SliWindow) => `service:sli_errors:rate${window}`,
  /** Share of bad events, 0 to 1; none where there were no events: `service:sli_errors:ratio_rate5m`. */
  errorRatio: (window: SliWindow) => `service:sli_errors:ratio_rate${window}`,
  /** Share of events that are to be good, 0 to 1. */
  objective: 'service:slo_objective:ratio',
  /** What is left of the error budget of 30 days: 1 is all of it, 0 none, less than 0 more than it was spent. */
  budgetRemaining: `service:slo_budget_remaining:ratio_rate${budgetWindow}`,
  /** 95th percentile of the service's response time in seconds. */
  responseTimeP95: 'service:response_time_seconds:p95_rate5m',
} as const;
