import { scrapeJobs } from '../scrape-endpoints';

/** How a label is matched: a PromQL operator and a value. */
export interface Matcher {
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Matchers by label. */
export type Matchers = Readonly<Record<string, Matcher>>;

/** Matches a label with this value. */
export function is(value: string): Matcher {
  return { operator: '=', value };
}

/** Matches a label with another value, or none. */
export function isNot(value: string): Matcher {
  return { operator: '!=', value };
}

/** Matches a label with one of these values. */
export function oneOf(values: readonly string[]): Matcher {
  return { operator: '=~', value: escapeAlternatives(values) };
}

/** Matches a label with none of these values. */
export function noneOf(values: readonly string[]): Matcher {
  return { operator: '!~', value: escapeAlternatives(values) };
}

/** Matches a label whose whole value fits a regular expression. */
export function matches(pattern: string): Matcher {
  return { operator: '=~', value: pattern };
}

/** Matches a label whose whole value does not fit a regular expression. */
export function noMatch(pattern: string): Matcher {
  return { operator: '!~', value: pattern };
}

/** Writes a PromQL selector: `up{job="postgres"}`. Values are quoted, so that no value can end it. */
export function select(metric: string, matchers: Matchers): string {
  return `${metric}{${writeMatchers(matchers).join(', ')}}`;
}

/** Writes matchers one by one, as Alertmanager reads them. */
export function writeMatchers(matchers: Matchers): string[] {
  return Object.entries(matchers).map(([label, { operator, value }]) => `${label}${operator}${quote(value)}`);
}

/** PromQL strings have the same escapes as JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function escapeAlternatives(values: readonly string[]): string {
  return [...new Set(values)].map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

/**
 * Expression for a store that is down as its clients see it.
 * Its exporter cannot log in, its pod is not ready, either of these repeatedly, or neither the exporter nor
 * kube-state-metrics reports that it is up, as after the loss of their node.
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

/**
 * Expression for a database cluster that is down as its clients see it: its exporter, which calls the Service that they call,
 * cannot log in, or neither the exporter nor a server can be scraped.
 */
export function clusterDown(namespace: string, loggedIn: string): string {
  const target = { job: is(scrapeJobs.postgres), namespace: is(namespace) };
  const login = select(loggedIn, target);
  const servers = select('up', { job: is(scrapeJobs.databaseCluster), namespace: is(namespace) });
  return [
    `max by (namespace) (${login}) == 0`,
    `max by (namespace) (${select('up', target)}) == 0
unless
max by (namespace) (${servers}) > 0`,
    flapping(`${login}[${flappingWindow}]`, 'namespace'),
  ].join('\nor\n');
}

/** Window in which flapping is detected. */
export const flappingWindow = '15m';

/**
 * Expression for something that went down more than once in the window and was down for more than a fifth of it.
 * An alert on the state alone would not fire, because it needs the state to last for some time.
 * @param range a series of 0 and 1 over `flappingWindow`
 * @param by labels to keep; all of them if none is named
 */
export function flapping(range: string, ...by: readonly string[]): string {
  const over = (functionName: string) => {
    const value = `${functionName}(${range})`;
    return by.length === 0 ? value : `max by (${by.join(', ')}) (${value})`;
  };
  return `${over('avg_over_time')} < 0.8
and
${over('changes')} > 2`;
}

/** Free space is compared with 80 % of the earlier minimum, so that a nightly or periodic low raises no alert. */
const lowest = 0.8;

/**
 * Suffix of an expression on free space: excludes volumes that had about as little on one of the days before.
 * A volume without earlier data is not excluded.
 * @param by aggregation around the series, the same as on the left side
 */
export function unlessAsLowBefore(available: string, by: (series: string) => string = (series) => series): string {
  return `unless
${by(available)}
>= ${lowest} * ${by(`min_over_time(${available}[2d] offset 1d)`)}`;
}
