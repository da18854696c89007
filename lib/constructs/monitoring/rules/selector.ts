import { scrapeJobs } from '../scrape-endpoints';
import { flapping, flappingWindow } from './flapping';

/** How a label is matched: an operator of PromQL, and what it compares with. */
export interface Matcher {
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Labels and how each is matched. */
export type Matchers = Readonly<Record<string, Matcher>>;

/** The label has just this value. */
export function is(value: string): Matcher {
  return { operator: '=', value };
}

/** The label has another value, or none. */
export function isNot(value: string): Matcher {
  return { operator: '!=', value };
}

/** The label has one of these values. */
export function oneOf(values: readonly string[]): Matcher {
  return { operator: '=~', value: alternatives(values) };
}

/** The label has none of these values. */
export function noneOf(values: readonly string[]): Matcher {
  return { operator: '!~', value: alternatives(values) };
}

/** The whole value of the label is matched by a regular expression. */
export function matches(pattern: string): Matcher {
  return { operator: '=~', value: pattern };
}

/** The whole value of the label is not matched by a regular expression. */
export function noMatch(pattern: string): Matcher {
  return { operator: '!~', value: pattern };
}

/** A PromQL selector: `up{job="postgres"}`. Values are quoted, so that none of them can end it. */
export function select(metric: string, matchers: Matchers): string {
  const terms = Object.entries(matchers).map(([label, { operator, value }]) => `${label}${operator}${quote(value)}`);
  return `${metric}{${terms.join(', ')}}`;
}

/** Strings of PromQL know the escapes of JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function alternatives(values: readonly string[]): string {
  return values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

/**
 * Whether a store is down as its clients see it: its exporter cannot log in, its Service leaves its pod out, or both go
 * up and down; or neither the exporter nor Kubernetes says anything good of it, as when their node is lost with it.
 */
export function storeDown(namespace: string, job: string, loggedIn: string): string {
  const target = { job: is(job), namespace: is(namespace) };
  const login = select(loggedIn, target);
  const ready = select('kube_statefulset_status_replicas_ready', {
    job: is(scrapeJobs.kubeStateMetrics),
    namespace: is(namespace),
    statefulset: is(job),
  });
  return [
    `max by (namespace) (${login}) == 0`,
    `max by (namespace) (${ready}) == 0`,
    `max by (namespace) (${select('up', target)}) == 0
unless
max by (namespace) (${ready}) > 0`,
    ...[login, ready].map((series) => flapping(`${series}[${flappingWindow}]`, 'namespace')),
  ].join('\nor\n');
}

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
